// An example stands at the media type or in the schema.
export default (mediaType) =>
  mediaType.example !== undefined ||
  Object.keys(mediaType.examples ?? {}).length > 0 ||
  mediaType.schema?.example !== undefined ||
  (mediaType.schema?.examples ?? []).length > 0
    ? []
    : [{ message: 'no example' }];

// A oneOf needs `discriminator.mapping` with each member once. A reference or null needs none.
export default (schema) => {
  const members = schema.oneOf.filter((member) => member.type !== 'null').map((member) => member.$ref);
  if (members.length === 1 && schema.oneOf.length === 2) return [];
  const mapped = Object.values(schema.discriminator?.mapping ?? {});
  if (!schema.discriminator?.propertyName) return [{ message: 'oneOf without a discriminator' }];
  return members
    .filter((member) => !mapped.includes(member))
    .map((member) => ({ message: `the discriminator maps nothing to ${member ?? 'an inline schema'}` }));
};

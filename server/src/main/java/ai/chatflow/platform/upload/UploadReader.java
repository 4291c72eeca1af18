package ai.chatflow.platform.upload;

import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.platform.errors.BadRequest;
import ai.chatflow.platform.errors.FieldError;
import ai.chatflow.platform.errors.Invalid;
import ai.chatflow.platform.http.BodyLimit;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.MessageBodyReader;
import jakarta.ws.rs.ext.Provider;
import java.io.IOException;
import java.io.InputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.util.List;
import org.apache.commons.fileupload2.core.FileItemInput;
import org.apache.commons.fileupload2.core.FileItemInputIterator;
import org.apache.commons.fileupload2.core.FileUploadException;

/// Reads a form (RFC 7578) of one part, `file`, as the contract has it.
@Provider
@Consumes(MediaType.MULTIPART_FORM_DATA)
public final class UploadReader implements MessageBodyReader<Upload> {
  private static final String PART = "file";

  private final long limit;

  /// @param limit largest file, in bytes
  public UploadReader(long limit) {
    this.limit = limit;
  }

  @Override
  public boolean isReadable(
      Class<?> type, Type generic, Annotation[] annotations, MediaType mediaType) {
    return type == Upload.class;
  }

  @Override
  public Upload readFrom(
      Class<Upload> type,
      Type generic,
      Annotation[] annotations,
      MediaType mediaType,
      MultivaluedMap<String, String> headers,
      InputStream body)
      throws IOException {
    var length = headers.getFirst("Content-Length");
    try {
      var parts = new Form(mediaType.toString(), body).parts();
      if (!parts.hasNext()) {
        throw invalid("/" + PART, "required", "The form needs a part of this name.");
      }
      var part = parts.next();
      expected(part);
      if (length != null && Long.parseLong(length) > limit + Form.MOST_AROUND) {
        throw new BodyLimit.TooLarge(limit);
      }
      return new Upload(
          part.getName(),
          part.getContentType(),
          new Bounded(part.getInputStream(), limit),
          () -> nothingElse(parts));
    } catch (FileUploadException e) {
      throw unreadable(e);
    }
  }

  private static void nothingElse(FileItemInputIterator parts) throws IOException {
    try {
      if (parts.hasNext()) {
        var other = parts.next();
        expected(other);
        throw invalid("/" + PART, "too_many", "One file at a time.");
      }
    } catch (FileUploadException e) {
      throw unreadable(e);
    }
  }

  private static void expected(FileItemInput part) {
    var name = part.getFieldName();
    if (!PART.equals(name)) {
      var pointer = name == null ? "" : "/" + name.replace("~", "~0").replace("/", "~1");
      throw invalid(pointer, "unknown_field", "The form has one part, `file`.");
    }
  }

  private static BadRequest unreadable(FileUploadException e) {
    return new BadRequest(
        ProblemCode.MALFORMED_REQUEST, "The form cannot be read: " + e.getMessage());
  }

  private static Invalid invalid(String pointer, String code, String detail) {
    return new Invalid(
        ProblemCode.VALIDATION_FAILED,
        "1 field is not valid.",
        List.of(new FieldError(pointer, code, detail)));
  }
}

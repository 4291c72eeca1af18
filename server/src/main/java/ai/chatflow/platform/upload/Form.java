package ai.chatflow.platform.upload;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.commons.fileupload2.core.AbstractFileUpload;
import org.apache.commons.fileupload2.core.DiskFileItem;
import org.apache.commons.fileupload2.core.DiskFileItemFactory;
import org.apache.commons.fileupload2.core.FileItemInputIterator;
import org.apache.commons.fileupload2.core.RequestContext;

/// A form whose parts are read as they come.
final class Form extends AbstractFileUpload<RequestContext, DiskFileItem, DiskFileItemFactory> {
  /// What boundaries and headers of parts may add to a file, in bytes.
  static final int MOST_AROUND = 64 * 1024;

  private final Body body;

  Form(String contentType, InputStream content) {
    this.body = new Body(contentType, content);
    setHeaderCharset(StandardCharsets.UTF_8);
  }

  FileItemInputIterator parts() throws IOException {
    return getItemIterator(body);
  }

  @Override
  public FileItemInputIterator getItemIterator(RequestContext request) throws IOException {
    return super.getItemIterator(request);
  }

  @Override
  public Map<String, List<DiskFileItem>> parseParameterMap(RequestContext request) {
    throw new UnsupportedOperationException("parts are read as they come");
  }

  @Override
  public List<DiskFileItem> parseRequest(RequestContext request) {
    throw new UnsupportedOperationException("parts are read as they come");
  }

  private record Body(String contentType, InputStream content) implements RequestContext {
    @Override
    public String getCharacterEncoding() {
      return StandardCharsets.UTF_8.name();
    }

    @Override
    public long getContentLength() {
      return -1;
    }

    @Override
    public String getContentType() {
      return contentType;
    }

    @Override
    public InputStream getInputStream() {
      return content;
    }

    @Override
    public boolean isMultipartRelated() {
      return false;
    }
  }
}

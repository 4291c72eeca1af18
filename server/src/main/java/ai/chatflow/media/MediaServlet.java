package ai.chatflow.media;

import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.platform.errors.NotFound;
import ai.chatflow.platform.http.ProblemWriter;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/// Gives out contents to whoever has a signed link. Whatever they are, they run as nothing: only
/// pictures, sounds and films that browsers show without a program inside are shown at once.
public final class MediaServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;
  private static final int PARTIAL = 206;
  private static final int UNSATISFIABLE = 416;

  private static final Set<String> SHOWN =
      Set.of(
          "image/jpeg",
          "image/png",
          "image/gif",
          "image/webp",
          "audio/mpeg",
          "audio/ogg",
          "audio/mp4",
          "audio/aac",
          "video/mp4",
          "video/webm");

  private final transient MediaService media;
  private final transient MediaLinks links;
  private final transient ProblemWriter problems;

  MediaServlet(MediaService media, MediaLinks links, ProblemWriter problems) {
    this.media = media;
    this.links = links;
    this.problems = problems;
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    var target =
        links.read(
            request.getRequestURI(),
            request.getParameter("expires"),
            request.getParameter("signature"));
    if (target.isEmpty()) {
      var refusal = new NotFound(ProblemCode.NOT_FOUND, "The link is not valid, or has expired.");
      problems.write(response, refusal);
      return;
    }
    Media found;
    try {
      found = media.get(target.get().workspace(), target.get().id());
    } catch (NotFound gone) {
      problems.write(response, gone);
      return;
    }
    var range = ByteRange.of(request.getHeader("Range"), found.size());
    response.setHeader("Accept-Ranges", "bytes");
    if (range.isPresent() && !range.get().satisfiable(found.size())) {
      response.setHeader("Content-Range", "bytes */" + found.size());
      response.setStatus(UNSATISFIABLE);
      return;
    }
    describe(found, response);
    range.ifPresent(
        part -> {
          response.setStatus(PARTIAL);
          response.setHeader(
              "Content-Range", "bytes %d-%d/%d".formatted(part.first(), part.last(), found.size()));
        });
    var part = range.orElse(new ByteRange(0, found.size() - 1));
    response.setContentLengthLong(part.length());
    if (!request.getMethod().equals("HEAD")) {
      write(target.get(), found, part, response.getOutputStream());
    }
  }

  private static void describe(Media found, HttpServletResponse response) {
    response.setContentType(found.mimeType());
    response.setHeader("ETag", "\"" + found.digest() + "\"");
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setHeader("Content-Security-Policy", "default-src 'none'; sandbox");
    response.setHeader("Cross-Origin-Resource-Policy", "cross-origin");
    response.setHeader("Referrer-Policy", "no-referrer");
    response.setHeader("Cache-Control", "private, max-age=3600, immutable");
    response.setHeader("Content-Disposition", disposition(found));
  }

  /// RFC 6266: the name for old clients in ASCII, and in full as RFC 8187 has it.
  private static String disposition(Media found) {
    var how = SHOWN.contains(found.mimeType()) ? "inline" : "attachment";
    var name = found.filename();
    if (name.isEmpty()) {
      return how;
    }
    var ascii = name.replaceAll("[^\\x20-\\x7e]|[\"\\\\%]", "_");
    var full =
        URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20").replace("*", "%2A");
    return how + "; filename=\"" + ascii + "\"; filename*=UTF-8''" + full;
  }

  private void write(MediaLinks.Target target, Media found, ByteRange part, OutputStream out)
      throws IOException {
    try (var in = media.open(target.workspace(), found, part.first())) {
      var buffer = new byte[16 * 1024];
      long left = part.length();
      while (left > 0) {
        int count = in.read(buffer, 0, (int) Math.min(buffer.length, left));
        if (count < 0) {
          throw new IOException("a content is shorter than its media says");
        }
        out.write(buffer, 0, count);
        left -= count;
      }
    }
  }
}

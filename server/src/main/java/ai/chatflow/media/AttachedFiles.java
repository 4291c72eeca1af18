package ai.chatflow.media;

import ai.chatflow.api.model.MessageContent;
import ai.chatflow.content.Capabilities;
import ai.chatflow.content.ContentType;
import ai.chatflow.content.FileReference;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.errors.FieldError;
import ai.chatflow.platform.ids.MediaId;
import ai.chatflow.platform.ids.WorkspaceId;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

/// The files of the workspace that messages name: checked and described when a message is accepted,
/// given a link when it leaves.
public final class AttachedFiles {
  /// Providers fetch at once; a person who got the link as text may take his time.
  private static final Duration LIFE = Duration.ofDays(7);

  private final MediaService media;
  private final MediaLinks links;

  AttachedFiles(MediaService media, MediaLinks links) {
    this.media = media;
    this.links = links;
  }

  /// Those that contents name and that are there, by id, in one statement; none when none is named.
  public Map<MediaId, Media> named(WorkspaceTx tx, Collection<? extends MessageContent> contents) {
    return media.findAll(
        tx,
        contents.stream()
            .map(FileReference::of)
            .filter(Objects::nonNull)
            .map(FileReference::media)
            .distinct()
            .toList());
  }

  /// What is wrong with how a content names its file. Pointers are relative to the content.
  public static List<FieldError> check(MessageContent content, Map<MediaId, Media> known) {
    var named = FileReference.of(content);
    if (named == null) {
      return List.of();
    }
    if (named.url() != null) {
      return found("not_both", "Give `media_id` or `url`.");
    }
    return known.containsKey(named.media())
        ? List.of()
        : found("not_found", "is no media of this workspace");
  }

  /// Whether the channel carries the file of a content.
  ///
  /// @param form which the channel is given
  public static List<FieldError> check(
      Capabilities can, MessageContent form, Map<MediaId, Media> known) {
    var named = FileReference.of(form);
    var limit = can.files().get(ContentType.of(form));
    if (named == null || limit == null) {
      return List.of();
    }
    var file = Objects.requireNonNull(known.get(named.media()));
    if (file.size() > limit.bytes()) {
      return found("too_large", "This channel carries at most " + limit.bytes() + " bytes here.");
    }
    return limit.mimeTypes().isEmpty() || limit.mimeTypes().contains(file.mimeType())
        ? List.of()
        : found(
            "type_not_supported",
            "This channel carries "
                + String.join(", ", new TreeSet<>(limit.mimeTypes()))
                + " here, and not "
                + file.mimeType()
                + ".");
  }

  /// A content whose file is there, with what is known of it.
  public static MessageContent described(MessageContent content, Map<MediaId, Media> known) {
    var named = FileReference.of(content);
    if (named == null) {
      return content;
    }
    var file = Objects.requireNonNull(known.get(named.media()));
    var name = file.filename().isEmpty() ? null : file.filename();
    return FileReference.described(content, file.mimeType(), file.digest().hex(), name);
  }

  /// A content with a link to the file that it names, and any other as it is.
  public MessageContent linked(WorkspaceId workspace, MessageContent content) {
    var named = FileReference.of(content);
    return named == null
        ? content
        : FileReference.linked(content, links.to(workspace, named.media(), LIFE).url());
  }

  private static List<FieldError> found(String code, String detail) {
    return List.of(new FieldError("/media_id", code, detail));
  }
}

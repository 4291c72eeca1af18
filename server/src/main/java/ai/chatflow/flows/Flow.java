package ai.chatflow.flows;

import ai.chatflow.api.model.FlowDefinition;
import ai.chatflow.api.model.FlowStatus;
import ai.chatflow.platform.ids.FlowId;
import ai.chatflow.platform.json.MergePatch;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A flow and its draft.
///
/// @param publishedVersion the version published last; it runs while the status says so
/// @param lastVersion the highest number given to a version so far
/// @param version counts changes; the ETag
public record Flow(
    FlowId id,
    String name,
    FlowStatus status,
    FlowDefinition definition,
    @Nullable Integer publishedVersion,
    int lastVersion,
    Map<String, String> metadata,
    int version,
    Instant createdAt,
    Instant updatedAt) {
  public Flow {
    metadata = Map.copyOf(metadata);
  }

  static Flow draft(
      FlowId id,
      String name,
      FlowDefinition definition,
      Map<String, String> metadata,
      Instant now) {
    return new Flow(id, name, FlowStatus.DRAFT, definition, null, 0, metadata, 1, now, now);
  }

  /// A merge patch (RFC 7396): what is null stays, `metadata` merges by key.
  Flow patched(
      @Nullable String newName,
      @Nullable FlowDefinition newDefinition,
      @Nullable Map<String, String> patch,
      Instant now) {
    return new Flow(
        id,
        newName == null ? name : newName,
        status,
        newDefinition == null ? definition : newDefinition,
        publishedVersion,
        lastVersion,
        MergePatch.metadata(metadata, patch),
        version + 1,
        createdAt,
        now);
  }

  /// The draft becomes the next version, and that runs.
  Flow published(Instant now) {
    int next = lastVersion + 1;
    return new Flow(
        id,
        name,
        FlowStatus.PUBLISHED,
        definition,
        next,
        next,
        metadata,
        version + 1,
        createdAt,
        now);
  }

  /// Nothing new begins any more.
  Flow unpublished(Instant now) {
    return new Flow(
        id,
        name,
        FlowStatus.DRAFT,
        definition,
        publishedVersion,
        lastVersion,
        metadata,
        version + 1,
        createdAt,
        now);
  }
}

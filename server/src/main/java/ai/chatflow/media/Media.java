package ai.chatflow.media;

import ai.chatflow.platform.ids.MediaId;
import java.time.Instant;

/// A file of a workspace. It never changes.
///
/// @param digest of its content, under which that is kept
/// @param filename empty when it came without one
/// @param mimeType what the content is
public record Media(
    MediaId id, Sha256 digest, String filename, String mimeType, long size, Instant createdAt) {}

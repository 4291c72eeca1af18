/// Files of workspaces: what is uploaded, where it is kept, and the links under which it is given
/// out. Tables: `media`, `media_blob`.
@NullMarked
package ai.chatflow.media;

import org.jspecify.annotations.NullMarked;

/// Secrets at rest: the master key, the keys derived from it, and envelopes with one data key per
/// workspace.
///
/// Owns the table `data_key`.
@NullMarked
package ai.chatflow.platform.crypto;

import org.jspecify.annotations.NullMarked;

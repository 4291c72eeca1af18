/// Requests that are safe to repeat: the stored answer commits with the effect.
///
/// Tables: `idempotency`.
@NullMarked
package ai.chatflow.platform.idempotency;

import org.jspecify.annotations.NullMarked;

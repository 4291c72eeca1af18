/// What this node measures of itself, for Prometheus. Names and labels stand in
/// `docs/operations.md`; labels have few values, never ids.
@NullMarked
package ai.chatflow.platform.telemetry;

import org.jspecify.annotations.NullMarked;

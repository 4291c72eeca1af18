/// Flows: definitions, their published versions, the sessions that run them, and the runner that
/// gives them what comes in. `nodes` and `engine` are pure; this package stores and sends.
///
/// Owns the tables `flow`, `flow_version`, `flow_trigger` and `flow_session`.
@NullMarked
package ai.chatflow.flows;

import org.jspecify.annotations.NullMarked;

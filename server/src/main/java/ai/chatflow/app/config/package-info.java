/// The settings of the server: one YAML file, overridden by environment variables, checked before
/// anything starts.
@NullMarked
package ai.chatflow.app.config;

import org.jspecify.annotations.NullMarked;

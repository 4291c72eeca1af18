/// The application: its main class, the list of modules, and their wiring. Nobody uses it.
@NullMarked
package ai.chatflow.app;

import org.jspecify.annotations.NullMarked;

/// Messages on a real database, with providers that do what a test tells them.
@NullMarked
package ai.chatflow.messaging;

import org.jspecify.annotations.NullMarked;

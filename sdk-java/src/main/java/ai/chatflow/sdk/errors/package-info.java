/// What can go wrong: one unchecked exception per status, and those of the connection.
@NullMarked
package ai.chatflow.sdk.errors;

import org.jspecify.annotations.NullMarked;

/// HTTP edge: what the generated interfaces say about an operation, and the filters that act on it.
@NullMarked
package ai.chatflow.platform.http;

import org.jspecify.annotations.NullMarked;

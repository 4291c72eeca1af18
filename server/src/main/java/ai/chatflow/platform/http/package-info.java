/// HTTP as the contract has it: problems, request ids, permissions, validation before binding,
/// idempotency, cursors and entity tags, each in one place.
@NullMarked
package ai.chatflow.platform.http;

import org.jspecify.annotations.NullMarked;

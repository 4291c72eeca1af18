/// Work that takes longer than a request: it is begun by a feature, goes on in small steps in a
/// lane, and is seen, waited for and cancelled by customers.
///
/// Owns the table `operation`.
@NullMarked
package ai.chatflow.operations;

import org.jspecify.annotations.NullMarked;

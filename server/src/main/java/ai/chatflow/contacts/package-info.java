/// People, and the identities they are known by.
///
/// Tables: `contact`, `contact_identity`.
@NullMarked
package ai.chatflow.contacts;

import org.jspecify.annotations.NullMarked;

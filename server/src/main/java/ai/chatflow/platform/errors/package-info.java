/// What the house refuses, as exceptions with a catalogued code. One mapper in `platform.http`
/// makes `application/problem+json` of them; anything else that is thrown is a bug.
@NullMarked
package ai.chatflow.platform.errors;

import org.jspecify.annotations.NullMarked;

/// What tests share: a real PostgreSQL with a migrated database per test class, a clock that tests
/// move, chance with a printed seed.
@NullMarked
package ai.chatflow.testing;

import org.jspecify.annotations.NullMarked;

/// The PostgreSQL and the Redis that the server runs by itself when it is given none, in a data
/// folder that one server owns at a time. Everything here survives `kill -9` at any moment.
@NullMarked
package ai.chatflow.app.embedded;

import org.jspecify.annotations.NullMarked;

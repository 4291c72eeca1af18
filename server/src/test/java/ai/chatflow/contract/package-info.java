/// What the contract promises of every operation, generated from it.
@NullMarked
package ai.chatflow.contract;

import org.jspecify.annotations.NullMarked;

/// The one condition language: the contract's `Condition`, read into a sealed type, checked for
/// structure with JSON pointers and evaluated in memory. `ConditionEvaluator` says how values
/// compare.
@NullMarked
package ai.chatflow.platform.conditions;

import org.jspecify.annotations.NullMarked;

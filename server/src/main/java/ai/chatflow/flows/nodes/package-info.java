/// The steps of a flow: one class per node type of the contract. A step says what it does when it
/// is reached and when it is answered, and what it is made of, so that a flow can be inspected. A
/// new node type is a schema in the contract, one class here, and its line in `NodeSteps`, which
/// does not compile before it is there. No I/O, no clock, no chance of its own.
@NullMarked
package ai.chatflow.flows.nodes;

import org.jspecify.annotations.NullMarked;

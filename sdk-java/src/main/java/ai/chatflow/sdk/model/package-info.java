/// What goes over the wire: immutable, open to values and fields to come. Generated from the
/// contract.
@NullMarked
package ai.chatflow.sdk.model;

import org.jspecify.annotations.NullMarked;

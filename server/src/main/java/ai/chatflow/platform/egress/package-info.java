/// The way out to addresses that customers name. Nothing private is ever connected to: each address
/// is checked when the socket connects, so that a name which resolves differently the second time
/// gains nothing.
@NullMarked
package ai.chatflow.platform.egress;

import org.jspecify.annotations.NullMarked;

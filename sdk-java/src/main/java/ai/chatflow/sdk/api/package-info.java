/// The operations of the API, one class per resource. Generated from the contract.
@NullMarked
package ai.chatflow.sdk.api;

import org.jspecify.annotations.NullMarked;

/// What the generated operations and models stand on: transport, retries, JSON. Not exported.
@NullMarked
package ai.chatflow.sdk.core;

import org.jspecify.annotations.NullMarked;

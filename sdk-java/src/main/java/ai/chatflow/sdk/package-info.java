/// The client: [ChatFlowClient] and what its methods take and give.
@NullMarked
package ai.chatflow.sdk;

import org.jspecify.annotations.NullMarked;

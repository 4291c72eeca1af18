/// Events that are posted to customers: `endpoints` are where to, `delivery` posts. Both meet here.
@NullMarked
package ai.chatflow.webhooks;

import org.jspecify.annotations.NullMarked;

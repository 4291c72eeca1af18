/// Who is asking, for the length of one request. Read only by resources and `platform`.
@NullMarked
package ai.chatflow.platform.context;

import org.jspecify.annotations.NullMarked;

/// Tests of the rules of templates, without I/O.
@NullMarked
package ai.chatflow.templates;

import org.jspecify.annotations.NullMarked;

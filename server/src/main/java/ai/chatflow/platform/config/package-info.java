/// What all features share to describe their settings.
@NullMarked
package ai.chatflow.platform.config;

import org.jspecify.annotations.NullMarked;

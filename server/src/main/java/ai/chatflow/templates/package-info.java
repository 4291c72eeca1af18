/// Message templates: what providers review before it may be sent. Checked by our own rules,
/// submitted, read again, told of by webhooks, and held against what is to be sent. A template
/// belongs to an account at a provider, whose channels share it. Owns the tables `message_template`
/// and `template_account`.
@NullMarked
package ai.chatflow.templates;

import org.jspecify.annotations.NullMarked;

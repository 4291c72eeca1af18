/// All asynchronous work. A lane is one ordered stream of work (a channel's sends, a bucket of
/// contacts) and has one owner among the nodes at a time; the work itself is rows in small queue
/// tables of the features. Nodes are alive by a beat that others watch on their own monotonic
/// clock.
///
/// Owns the tables `node`, `lane`, `dead_letter` and `housekeeping`.
@NullMarked
package ai.chatflow.platform.lanes;

import org.jspecify.annotations.NullMarked;

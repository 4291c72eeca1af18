// CHATFLOW_BASE_URL=… CHATFLOW_API_KEY=… node test/follow.mjs CURSOR
//
// Prints the position of each event after the cursor as it comes, through whatever befalls the connection.
import { ChatFlow } from '../dist/esm/index.js';

for await (const event of ChatFlow.fromEnv().events.stream({ cursor: Number(process.argv[2]) })) {
  console.log(event.position);
}

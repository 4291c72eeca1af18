#!/usr/bin/env node
// Plays Meta's Graph API for a first look: prints each request and accepts it. Port: the first argument, or 9555.
// It checks nothing; the strict simulator of the tests is server/src/test/java/ai/chatflow/testing/whatsapp/GraphSimulator.java.
import {createServer} from 'node:http';

let accepted = 0;
createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  console.log(request.method, request.url, body);
  const answer = /^\/v[\d.]+\/\d+\/messages$/.test(request.url ?? '') && !body.includes('"status":"read"')
    ? {messaging_product: 'whatsapp', messages: [{id: `wamid.stand-in-${++accepted}`}]}
    : {success: true};
  response.setHeader('Content-Type', 'application/json').end(JSON.stringify(answer));
}).listen(Number(process.argv[2] ?? 9555), '127.0.0.1');

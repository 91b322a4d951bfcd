// The engine in a thread of its own.

import { Engine } from "./engine.js";

const engine = new Engine();
onmessage = ({ data }) => engine.search(data, (found) => postMessage(found));

/** The clients of a cluster, by librdkafka. */

import { LibrdkafkaAdmin } from "./admin.ts";
import type { ClientOptions } from "./client.ts";
import type { KafkaClient } from "../../../ports/kafka.ts";
import { librdkafka } from "./library.ts";
import { LibrdkafkaProducer } from "./producer.ts";
import { layered, type Properties } from "./layered.ts";

/**
 * Makes clients that share their settings. The library is opened when the first of them is made.
 *
 * @param properties Settings of the producers, `bootstrap.servers` among them; an admin client takes what concerns it.
 */
export function librdkafkaClient(properties: Properties, options: ClientOptions = {}): KafkaClient {
  return {
    producer: (more) => new LibrdkafkaProducer(librdkafka(), layered(properties, more), options),
    admin: () => new LibrdkafkaAdmin(librdkafka(), properties, options),
  };
}

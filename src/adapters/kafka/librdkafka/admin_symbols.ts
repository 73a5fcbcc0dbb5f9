/** The calls of librdkafka that ask and change a cluster and read topics, as `rdkafka.h` declares them. */

export const adminSymbols = {
  rd_kafka_clusterid: {
    parameters: ["pointer", /* rd_kafka_t *rk */ "i32" /* int timeout_ms */],
    result: "pointer", // char *, to be freed with rd_kafka_mem_free
    nonblocking: true,
  },
  rd_kafka_metadata: {
    parameters: [
      "pointer", /* rd_kafka_t *rk */
      "i32", /* int all_topics */
      "pointer", /* rd_kafka_topic_t *only_rkt */
      "buffer", /* const struct rd_kafka_metadata **metadatap */
      "i32", /* int timeout_ms */
    ],
    result: "i32", // rd_kafka_resp_err_t
    nonblocking: true,
  },
  rd_kafka_metadata_destroy: { parameters: ["pointer" /* const struct rd_kafka_metadata * */], result: "void" },
  rd_kafka_query_watermark_offsets: {
    parameters: [
      "pointer", /* rd_kafka_t *rk */
      "buffer", /* const char *topic */
      "i32", /* int32_t partition */
      "buffer", /* int64_t *low */
      "buffer", /* int64_t *high */
      "i32", /* int timeout_ms */
    ],
    result: "i32", // rd_kafka_resp_err_t
    nonblocking: true,
  },

  rd_kafka_AdminOptions_new: {
    parameters: ["pointer", /* rd_kafka_t *rk */ "i32" /* rd_kafka_admin_op_t for_api; 0: any */],
    result: "pointer", // rd_kafka_AdminOptions_t *
  },
  rd_kafka_AdminOptions_destroy: { parameters: ["pointer" /* rd_kafka_AdminOptions_t *options */], result: "void" },
  rd_kafka_AdminOptions_set_request_timeout: {
    parameters: [
      "pointer", /* rd_kafka_AdminOptions_t *options */
      "i32", /* int timeout_ms */
      "buffer", /* char *errstr */
      "usize", /* size_t errstr_size */
    ],
    result: "i32", // rd_kafka_resp_err_t
  },
  rd_kafka_AdminOptions_set_operation_timeout: {
    parameters: [
      "pointer", /* rd_kafka_AdminOptions_t *options */
      "i32", /* int timeout_ms: the controller waits so long until the change is everywhere */
      "buffer", /* char *errstr */
      "usize", /* size_t errstr_size */
    ],
    result: "i32", // rd_kafka_resp_err_t
  },

  rd_kafka_AdminOptions_set_validate_only: {
    parameters: [
      "pointer", /* rd_kafka_AdminOptions_t *options */
      "i32", /* int true_or_false */
      "buffer", /* char *errstr */
      "usize", /* size_t errstr_size */
    ],
    result: "i32", // rd_kafka_resp_err_t
  },

  rd_kafka_NewTopic_new: {
    parameters: [
      "buffer", /* const char *topic */
      "i32", /* int num_partitions */
      "i32", /* int replication_factor */
      "buffer", /* char *errstr */
      "usize", /* size_t errstr_size */
    ],
    result: "pointer", // rd_kafka_NewTopic_t *
  },
  rd_kafka_NewTopic_set_config: {
    parameters: ["pointer", /* rd_kafka_NewTopic_t * */ "buffer", /* const char *name */ "buffer" /* ... *value */],
    result: "i32", // rd_kafka_resp_err_t
  },
  rd_kafka_NewTopic_destroy: { parameters: ["pointer" /* rd_kafka_NewTopic_t *new_topic */], result: "void" },
  rd_kafka_CreateTopics: {
    parameters: [
      "pointer", /* rd_kafka_t *rk */
      "buffer", /* rd_kafka_NewTopic_t **new_topics */
      "usize", /* size_t new_topic_cnt */
      "pointer", /* const rd_kafka_AdminOptions_t *options */
      "pointer", /* rd_kafka_queue_t *rkqu */
    ],
    result: "void",
  },
  rd_kafka_event_CreateTopics_result: { parameters: ["pointer" /* rd_kafka_event_t *rkev */], result: "pointer" },
  rd_kafka_CreateTopics_result_topics: {
    parameters: ["pointer", /* const rd_kafka_CreateTopics_result_t *result */ "buffer" /* size_t *cntp */],
    result: "pointer", // const rd_kafka_topic_result_t **
  },
  rd_kafka_topic_result_error: { parameters: ["pointer" /* const rd_kafka_topic_result_t * */], result: "i32" },
  rd_kafka_topic_result_error_string: { parameters: ["pointer" /* ... * */], result: "pointer" /* const char * */ },
  rd_kafka_topic_result_name: { parameters: ["pointer" /* ... * */], result: "pointer" /* const char * */ },

  rd_kafka_NewPartitions_new: {
    parameters: [
      "buffer", /* const char *topic */
      "usize", /* size_t new_total_cnt */
      "buffer", /* char *errstr */
      "usize", /* size_t errstr_size */
    ],
    result: "pointer", // rd_kafka_NewPartitions_t *
  },
  rd_kafka_NewPartitions_destroy: { parameters: ["pointer" /* rd_kafka_NewPartitions_t * */], result: "void" },
  rd_kafka_CreatePartitions: {
    parameters: [
      "pointer", /* rd_kafka_t *rk */
      "buffer", /* rd_kafka_NewPartitions_t **new_parts */
      "usize", /* size_t new_parts_cnt */
      "pointer", /* const rd_kafka_AdminOptions_t *options */
      "pointer", /* rd_kafka_queue_t *rkqu */
    ],
    result: "void",
  },
  rd_kafka_event_CreatePartitions_result: { parameters: ["pointer" /* rd_kafka_event_t *rkev */], result: "pointer" },
  rd_kafka_CreatePartitions_result_topics: {
    parameters: ["pointer", /* const rd_kafka_CreatePartitions_result_t *result */ "buffer" /* size_t *cntp */],
    result: "pointer", // const rd_kafka_topic_result_t **
  },

  rd_kafka_DeleteTopic_new: { parameters: ["buffer" /* const char *topic */], result: "pointer" },
  rd_kafka_DeleteTopic_destroy: { parameters: ["pointer" /* rd_kafka_DeleteTopic_t * */], result: "void" },
  rd_kafka_DeleteTopics: {
    parameters: [
      "pointer", /* rd_kafka_t *rk */
      "buffer", /* rd_kafka_DeleteTopic_t **del_topics */
      "usize", /* size_t del_topic_cnt */
      "pointer", /* const rd_kafka_AdminOptions_t *options */
      "pointer", /* rd_kafka_queue_t *rkqu */
    ],
    result: "void",
  },
  rd_kafka_event_DeleteTopics_result: { parameters: ["pointer" /* rd_kafka_event_t *rkev */], result: "pointer" },
  rd_kafka_DeleteTopics_result_topics: {
    parameters: ["pointer", /* const rd_kafka_DeleteTopics_result_t *result */ "buffer" /* size_t *cntp */],
    result: "pointer", // const rd_kafka_topic_result_t **
  },

  rd_kafka_ConfigResource_new: {
    parameters: ["i32", /* rd_kafka_ResourceType_t restype: 2 topic */ "buffer" /* const char *resname */],
    result: "pointer", // rd_kafka_ConfigResource_t *
  },
  rd_kafka_ConfigResource_destroy: { parameters: ["pointer" /* rd_kafka_ConfigResource_t *config */], result: "void" },
  rd_kafka_ConfigResource_set_config: {
    parameters: ["pointer", /* rd_kafka_ConfigResource_t * */ "buffer", /* ... *name */ "buffer" /* ... *value */],
    result: "i32", // rd_kafka_resp_err_t
  },
  /** Since 2.2.0. */
  rd_kafka_ConfigResource_add_incremental_config: {
    parameters: [
      "pointer", /* rd_kafka_ConfigResource_t *config */
      "buffer", /* const char *name */
      "i32", /* rd_kafka_AlterConfigOpType_t op_type: 0 set */
      "buffer", /* const char *value */
    ],
    result: "pointer", // rd_kafka_error_t *
    optional: true,
  },
  rd_kafka_ConfigResource_configs: {
    parameters: ["pointer", /* const rd_kafka_ConfigResource_t *config */ "buffer" /* size_t *cntp */],
    result: "pointer", // const rd_kafka_ConfigEntry_t **
  },
  rd_kafka_ConfigResource_error: { parameters: ["pointer" /* const rd_kafka_ConfigResource_t * */], result: "i32" },
  rd_kafka_ConfigResource_error_string: { parameters: ["pointer" /* ... * */], result: "pointer" /* const char * */ },
  rd_kafka_ConfigEntry_name: { parameters: ["pointer" /* const rd_kafka_ConfigEntry_t *entry */], result: "pointer" },
  rd_kafka_ConfigEntry_value: { parameters: ["pointer" /* ... */], result: "pointer" /* const char *; NULL: secret */ },
  rd_kafka_ConfigEntry_is_default: { parameters: ["pointer" /* ... */], result: "i32" },
  rd_kafka_ConfigEntry_is_read_only: { parameters: ["pointer" /* ... */], result: "i32" },
  /** `RD_KAFKA_CONFIG_SOURCE_*`; 1: set on this topic. */
  rd_kafka_ConfigEntry_source: { parameters: ["pointer" /* ... */], result: "i32" },
  rd_kafka_DescribeConfigs: {
    parameters: [
      "pointer", /* rd_kafka_t *rk */
      "buffer", /* rd_kafka_ConfigResource_t **configs */
      "usize", /* size_t config_cnt */
      "pointer", /* const rd_kafka_AdminOptions_t *options */
      "pointer", /* rd_kafka_queue_t *rkqu */
    ],
    result: "void",
  },
  rd_kafka_event_DescribeConfigs_result: { parameters: ["pointer" /* rd_kafka_event_t *rkev */], result: "pointer" },
  rd_kafka_DescribeConfigs_result_resources: {
    parameters: ["pointer", /* const rd_kafka_DescribeConfigs_result_t *result */ "buffer" /* size_t *cntp */],
    result: "pointer", // const rd_kafka_ConfigResource_t **
  },
  rd_kafka_AlterConfigs: {
    parameters: [
      "pointer", /* rd_kafka_t *rk */
      "buffer", /* rd_kafka_ConfigResource_t **configs */
      "usize", /* size_t config_cnt */
      "pointer", /* const rd_kafka_AdminOptions_t *options */
      "pointer", /* rd_kafka_queue_t *rkqu */
    ],
    result: "void",
  },
  rd_kafka_event_AlterConfigs_result: { parameters: ["pointer" /* rd_kafka_event_t *rkev */], result: "pointer" },
  rd_kafka_AlterConfigs_result_resources: {
    parameters: ["pointer", /* const rd_kafka_AlterConfigs_result_t *result */ "buffer" /* size_t *cntp */],
    result: "pointer", // const rd_kafka_ConfigResource_t **
  },
  /** Since 2.2.0. */
  rd_kafka_IncrementalAlterConfigs: {
    parameters: [
      "pointer", /* rd_kafka_t *rk */
      "buffer", /* rd_kafka_ConfigResource_t **configs */
      "usize", /* size_t config_cnt */
      "pointer", /* const rd_kafka_AdminOptions_t *options */
      "pointer", /* rd_kafka_queue_t *rkqu */
    ],
    result: "void",
    optional: true,
  },
  /** Since 2.2.0. */
  rd_kafka_event_IncrementalAlterConfigs_result: {
    parameters: ["pointer" /* rd_kafka_event_t *rkev */],
    result: "pointer", // const rd_kafka_IncrementalAlterConfigs_result_t *
    optional: true,
  },
  /** Since 2.2.0. */
  rd_kafka_IncrementalAlterConfigs_result_resources: {
    parameters: ["pointer", /* const rd_kafka_IncrementalAlterConfigs_result_t * */ "buffer" /* size_t *cntp */],
    result: "pointer", // const rd_kafka_ConfigResource_t **
    optional: true,
  },

  /** This and the calls that read its answer, since 2.3.0. */
  rd_kafka_AdminOptions_set_include_authorized_operations: {
    parameters: ["pointer", /* rd_kafka_AdminOptions_t *options */ "i32" /* int true_or_false */],
    result: "pointer", // rd_kafka_error_t *
    optional: true,
  },
  rd_kafka_DescribeCluster: {
    parameters: [
      "pointer", /* rd_kafka_t *rk */
      "pointer", /* const rd_kafka_AdminOptions_t *options */
      "pointer", /* rd_kafka_queue_t *rkqu */
    ],
    result: "void",
    optional: true,
  },
  rd_kafka_event_DescribeCluster_result: {
    parameters: ["pointer" /* rd_kafka_event_t *rkev */],
    result: "pointer", // const rd_kafka_DescribeCluster_result_t *
    optional: true,
  },
  rd_kafka_DescribeCluster_result_authorized_operations: {
    parameters: ["pointer", /* const rd_kafka_DescribeCluster_result_t * */ "buffer" /* size_t *cntp */],
    result: "pointer", // const rd_kafka_AclOperation_t *; NULL: not told
    optional: true,
  },
  rd_kafka_TopicCollection_of_topic_names: {
    parameters: ["buffer", /* const char **topics */ "usize" /* size_t topics_cnt */],
    result: "pointer", // rd_kafka_TopicCollection_t *
    optional: true,
  },
  rd_kafka_TopicCollection_destroy: {
    parameters: ["pointer" /* rd_kafka_TopicCollection_t *topics */],
    result: "void",
    optional: true,
  },
  rd_kafka_DescribeTopics: {
    parameters: [
      "pointer", /* rd_kafka_t *rk */
      "pointer", /* const rd_kafka_TopicCollection_t *topics */
      "pointer", /* const rd_kafka_AdminOptions_t *options */
      "pointer", /* rd_kafka_queue_t *rkqu */
    ],
    result: "void",
    optional: true,
  },
  rd_kafka_event_DescribeTopics_result: {
    parameters: ["pointer" /* rd_kafka_event_t *rkev */],
    result: "pointer", // const rd_kafka_DescribeTopics_result_t *
    optional: true,
  },
  rd_kafka_DescribeTopics_result_topics: {
    parameters: ["pointer", /* const rd_kafka_DescribeTopics_result_t *result */ "buffer" /* size_t *cntp */],
    result: "pointer", // const rd_kafka_TopicDescription_t **
    optional: true,
  },
  rd_kafka_TopicDescription_name: {
    parameters: ["pointer" /* const rd_kafka_TopicDescription_t *topicdesc */],
    result: "pointer", // const char *
    optional: true,
  },
  rd_kafka_TopicDescription_error: {
    parameters: ["pointer" /* const rd_kafka_TopicDescription_t *topicdesc */],
    result: "pointer", // const rd_kafka_error_t *
    optional: true,
  },
  rd_kafka_TopicDescription_partitions: {
    parameters: ["pointer", /* const rd_kafka_TopicDescription_t *topicdesc */ "buffer" /* size_t *cntp */],
    result: "pointer", // const rd_kafka_TopicPartitionInfo_t **
    optional: true,
  },
  rd_kafka_TopicPartitionInfo_replicas: {
    parameters: ["pointer", /* const rd_kafka_TopicPartitionInfo_t *partition */ "buffer" /* size_t *cntp */],
    result: "pointer", // const rd_kafka_Node_t **
    optional: true,
  },
  rd_kafka_TopicDescription_authorized_operations: {
    parameters: ["pointer", /* const rd_kafka_TopicDescription_t *topicdesc */ "buffer" /* size_t *cntp */],
    result: "pointer", // const rd_kafka_AclOperation_t *; NULL: not told
    optional: true,
  },

  rd_kafka_topic_partition_list_new: { parameters: ["i32" /* int size */], result: "pointer" },
  rd_kafka_topic_partition_list_add: {
    parameters: ["pointer", /* ..._list_t * */ "buffer", /* const char *topic */ "i32" /* int32_t partition */],
    result: "pointer", // rd_kafka_topic_partition_t *
  },
  rd_kafka_topic_partition_list_set_offset: {
    parameters: [
      "pointer", /* rd_kafka_topic_partition_list_t *rktparlist */
      "buffer", /* const char *topic */
      "i32", /* int32_t partition */
      "i64", /* int64_t offset */
    ],
    result: "i32", // rd_kafka_resp_err_t
  },
  rd_kafka_topic_partition_list_destroy: { parameters: ["pointer" /* ..._list_t * */], result: "void" },
  rd_kafka_DeleteRecords_new: { parameters: ["pointer" /* const ..._partition_list_t * */], result: "pointer" },
  rd_kafka_DeleteRecords_destroy: { parameters: ["pointer" /* rd_kafka_DeleteRecords_t * */], result: "void" },
  rd_kafka_DeleteRecords: {
    parameters: [
      "pointer", /* rd_kafka_t *rk */
      "buffer", /* rd_kafka_DeleteRecords_t **del_records */
      "usize", /* size_t del_record_cnt */
      "pointer", /* const rd_kafka_AdminOptions_t *options */
      "pointer", /* rd_kafka_queue_t *rkqu */
    ],
    result: "void",
  },
  rd_kafka_event_DeleteRecords_result: { parameters: ["pointer" /* rd_kafka_event_t *rkev */], result: "pointer" },
  rd_kafka_DeleteRecords_result_offsets: {
    parameters: ["pointer" /* const rd_kafka_DeleteRecords_result_t *result */],
    result: "pointer", // const rd_kafka_topic_partition_list_t *
  },

  rd_kafka_consume_start_queue: {
    parameters: [
      "pointer", /* rd_kafka_topic_t *rkt */
      "i32", /* int32_t partition */
      "i64", /* int64_t offset; -2: from the beginning */
      "pointer", /* rd_kafka_queue_t *rkqu */
    ],
    result: "i32", // 0: ok
  },
  rd_kafka_consume_stop: {
    parameters: ["pointer", /* rd_kafka_topic_t *rkt */ "i32" /* int32_t partition */],
    result: "i32", // 0: ok
    nonblocking: true,
  },
  rd_kafka_consume_batch_queue: {
    parameters: [
      "pointer", /* rd_kafka_queue_t *rkqu */
      "i32", /* int timeout_ms */
      "buffer", /* rd_kafka_message_t **rkmessages */
      "usize", /* size_t rkmessages_size */
    ],
    result: "isize", // records; -1: error
    nonblocking: true,
  },
  rd_kafka_message_destroy: { parameters: ["pointer" /* rd_kafka_message_t *rkmessage */], result: "void" },
} as const satisfies Deno.ForeignLibraryInterface;

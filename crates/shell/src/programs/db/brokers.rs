//! Message brokers, queues, schedulers: as databases of messages.

use super::super::table::Cli;
use super::cli;

pub(super) const CLIS: &[Cli] = &[
    cli(
        "kafka-topics",
        "bootstrap-server topic partitions replication-factor config delete-config command-config zookeeper topic-id",
        &[
            ("-delete", "db.destroy"),
            ("-alter", "db.schema"),
            ("-create", "db.write"),
        ],
        "db.read",
        &[
            ("kafka-topics --list", "db.read kafka-topics"),
            ("kafka-topics --delete --topic x", "db.destroy kafka-topics"),
        ],
    ),
    cli(
        "kafka-configs kafka-acls kafka-delegation-tokens kafka-features kafka-metadata-quorum kafka-client-metrics",
        "bootstrap-server entity-type entity-name add-config delete-config topic group principal allow-principal deny-principal operation command-config command-property",
        &[("-describe|-list|describe", "db.read")],
        "db.schema",
        &[
            ("kafka-acls --list", "db.read kafka-acls"),
            (
                "kafka-configs --alter --entity-type topics --add-config a=1",
                "db.schema kafka-configs",
            ),
        ],
    ),
    cli(
        "kafka-consumer-groups kafka-share-groups kafka-streams-groups",
        "bootstrap-server group topic to-offset to-datetime shift-by by-duration from-file command-config timeout state",
        &[
            ("-delete*", "db.destroy"),
            ("-reset-offsets -execute", "db.destroy"),
        ],
        "db.read",
        &[
            (
                "kafka-consumer-groups --describe --group g",
                "db.read kafka-consumer-groups",
            ),
            (
                "kafka-consumer-groups --group g --reset-offsets --to-earliest --execute",
                "db.destroy kafka-consumer-groups",
            ),
        ],
    ),
    cli(
        "kafka-delete-records kafka-streams-application-reset kafka-storage",
        "bootstrap-server offset-json-file command-config application-id input-topics config c cluster-id t",
        &[("info|random-uuid|-dry-run", "db.read")],
        "db.destroy",
        &[
            (
                "kafka-delete-records --offset-json-file d.json",
                "db.destroy kafka-delete-records",
            ),
            (
                "kafka-storage random-uuid",
                "db.read kafka-storage random-uuid",
            ),
        ],
    ),
    cli(
        "kafka-reassign-partitions kafka-leader-election kafka-preferred-replica-election kafka-mirror-maker kafka-replica-verification",
        "bootstrap-server reassignment-json-file election-type broker-list topics-to-move-json-file",
        &[("-verify|-generate|-list", "db.read")],
        "db.schema",
        &[(
            "kafka-reassign-partitions --execute",
            "db.schema kafka-reassign-partitions",
        )],
    ),
    cli(
        "kafka-console-producer kafka-avro-console-producer kafka-producer-perf-test kafka-verifiable-producer",
        "bootstrap-server broker-list topic property producer-property",
        &[],
        "db.write",
        &[(
            "kafka-console-producer --topic t",
            "db.write kafka-console-producer",
        )],
    ),
    cli(
        "kafka-console-consumer kafka-avro-console-consumer kafka-get-offsets kafka-log-dirs kafka-broker-api-versions kafka-dump-log kafka-verifiable-consumer kafka-consumer-perf-test kafka-run-class",
        "bootstrap-server topic group",
        &[],
        "db.read",
        &[("kafka-get-offsets --topic t", "db.read kafka-get-offsets")],
    ),
    cli(
        "kafka-server-stop zookeeper-server-stop connect-server-stop",
        "",
        &[],
        "process.signal",
        &[("kafka-server-stop", "process.signal kafka-server-stop")],
    ),
    cli(
        "kcat kafkacat",
        "b t p o c k K D G X F f s r S H T z m l",
        &[("-P", "db.write")],
        "db.read",
        &[
            ("kcat -L -b localhost:9092", "db.read kcat"),
            ("kcat -P -b b:9092 -t t", "db.write kcat"),
        ],
    ),
    cli(
        "rpk",
        "X config profile brokers n num o offset f format p partitions to set g group allow-principal operation topic",
        &[
            (
                "topic delete|topic trim-prefix|group delete|group offset-delete|container purge|cluster storage cancel-mount|transform delete|registry schema delete|registry subject delete|cluster txn*",
                "db.destroy",
            ),
            ("group seek", "db.destroy"),
            (
                "* list|* describe*|topic consume|topic analyze|cluster info|cluster metadata|cluster health|cluster status|cluster logdirs*|cluster config get|cluster config export|cluster config status|cluster config lint|cluster partitions list|version|help|profile*|generate*|debug*|* get|container status|* * list|* * describe|* status|registry schema list|registry schema get|cluster license info|iotune|plugin list",
                "db.read",
            ),
            (
                "topic create|topic produce|container start|container stop|transform build|transform init",
                "db.write",
            ),
            ("redpanda*", "privilege"),
        ],
        "db.schema",
        &[
            ("rpk topic list", "db.read rpk topic list"),
            ("rpk topic delete t", "db.destroy rpk topic delete t"),
            (
                "rpk security user create x",
                "db.schema rpk security user create",
            ),
        ],
    ),
    cli(
        "confluent ccloud",
        "cluster environment resource principal role output o version",
        &[
            (
                "* list|* describe|* * list|* * describe|* * * list|* * * describe|version|help|kafka topic consume|context*|login|logout|environment use|kafka cluster use|api-key use|kafka client-config*|prompt|completion",
                "cloud.read",
            ),
            (
                "* delete|* * delete|* * * delete|local destroy",
                "infra.destroy",
            ),
            ("kafka topic produce", "db.write"),
            ("local*", "exec.project"),
        ],
        "deploy",
        &[
            (
                "confluent kafka topic list",
                "cloud.read confluent kafka topic list",
            ),
            (
                "confluent kafka topic delete t",
                "infra.destroy confluent kafka topic delete t",
            ),
        ],
    ),
    cli(
        "rabbitmqctl rabbitmq-diagnostics rabbitmq-queues rabbitmq-streams rabbitmq-upgrade",
        "n node p vhost t timeout formatter l s",
        &[
            (
                "$|list_*|status|cluster_status|ping|report|version|environment|check_*|node_health_check|authenticate_user|help|await*|is_*|memory_breakdown|observer|server_version|listeners|alarms|resolve*|discover_peers|erlang_version|command_line_arguments|os_env|log_*|metrics|quorum_status|certificates|cipher_suites|consume_event_stream|schema_info|runtime_thread_stats|status*|wait",
                "db.read",
            ),
            (
                "delete_*|purge_*|reset|force_reset|forget_cluster_node|clear_vhost*|clear_global*|force_boot|remove_member|shrink",
                "db.destroy",
            ),
            (
                "stop|shutdown|stop_app|close_*|hipe_compile|kill*",
                "process.signal",
            ),
            ("eval*", "exec.opaque"),
            ("start_app|sync_queue|cancel_sync_queue", "db.write"),
        ],
        "db.schema",
        &[
            ("rabbitmqctl list_queues", "db.read rabbitmqctl list_queues"),
            (
                "rabbitmqctl delete_queue q",
                "db.destroy rabbitmqctl delete_queue q",
            ),
            (
                "rabbitmqctl add_user a b",
                "db.schema rabbitmqctl add_user a b",
            ),
        ],
    ),
    cli(
        "rabbitmq-plugins",
        "n node",
        &[("list|is_enabled|directories|help|version", "db.read")],
        "privilege",
        &[("rabbitmq-plugins list", "db.read rabbitmq-plugins list")],
    ),
    cli(
        "rabbitmqadmin",
        "H host P port u username p password V vhost N node c config f format s",
        &[
            ("delete|purge|close", "db.destroy"),
            ("list|show|get|export|help", "db.read"),
            ("publish", "db.write"),
            ("declare queue|declare exchange|declare binding", "db.write"),
        ],
        "db.schema",
        &[
            (
                "rabbitmqadmin list queues",
                "db.read rabbitmqadmin list queues",
            ),
            (
                "rabbitmqadmin delete queue name=q",
                "db.destroy rabbitmqadmin delete queue name=q",
            ),
        ],
    ),
    cli(
        "nats",
        "s server user password creds context nkey tlscert tlskey count timeout",
        &[
            (
                "* rm|* delete|* del|* purge|* rmm|server raft*|server cluster peer-remove|server cluster step-down|account purge|account restore|* restore|context delete|auth*",
                "db.destroy",
            ),
            (
                "* ls|* list|* info|* report|* get|* state|* subjects|* find|* view|* graph|* next|* history|* watch|* status|server*|sub*|subscribe|rtt|latency|context*|cheat*|events|account*|top|schema*|errors*|bench*|trace|micro*",
                "db.read",
            ),
            (
                "pub*|publish|req*|request|reply|kv put|kv create|kv update|object put|* copy|* backup",
                "db.write",
            ),
            ("stream add|consumer add|kv add|object add", "db.write"),
        ],
        "db.schema",
        &[
            ("nats stream ls", "db.read nats stream ls"),
            ("nats stream rm S -f", "db.destroy nats stream rm S"),
            ("nats pub a b", "db.write nats pub a b"),
        ],
    ),
    cli(
        "pulsar-admin",
        "admin-url auth-plugin auth-params s role actions",
        &[
            (
                "* list*|* get*|* stats*|* info*|* partitioned-stats*|* peek*|* lookup|* health*|* permissions|* subscriptions|* policies|* version|* status",
                "db.read",
            ),
            (
                "* delete*|* skip*|* clear-*|* reset-cursor|* unload|* truncate|* expire-*|* terminate|* remove-*",
                "db.destroy",
            ),
            ("topics create*", "db.write"),
        ],
        "db.schema",
        &[
            (
                "pulsar-admin topics list a/b",
                "db.read pulsar-admin topics list a/b",
            ),
            (
                "pulsar-admin topics delete x",
                "db.destroy pulsar-admin topics delete x",
            ),
        ],
    ),
    cli(
        "celery",
        "A app b broker result-backend workdir l loglevel Q queues n hostname c concurrency d destination t timeout",
        &[
            ("purge|amqp*|migrate|upgrade", "db.destroy"),
            ("control|multi stop*|multi kill", "process.signal"),
            (
                "inspect*|status|report|list*|events|result|graph*|help",
                "db.read",
            ),
        ],
        "exec.project",
        &[
            ("celery -A p status", "db.read celery status"),
            ("celery -A p worker", "exec.project celery worker"),
            ("celery -A p purge -f", "db.destroy celery purge"),
        ],
    ),
    cli(
        "rq beanstool",
        "u url c config t tube q",
        &[
            ("empty|delete|kick|cancel|suspend", "db.destroy"),
            ("info|stats|tail|peek", "db.read"),
        ],
        "exec.project",
        &[
            ("rq info", "db.read rq info"),
            ("rq empty --all", "db.destroy rq empty"),
        ],
    ),
    cli(
        "sidekiqctl sidekiqmon",
        "",
        &[(
            "$|help|status|version|all|processes|overview|queues",
            "db.read",
        )],
        "process.signal",
        &[(
            "sidekiqctl stop x.pid",
            "process.signal sidekiqctl stop x.pid",
        )],
    ),
    cli(
        "hdfs hadoop",
        "",
        &[
            (
                "-rm|-rmr|-rmdir|-expunge|-truncate|-deleteSnapshot|namenode*",
                "db.destroy",
            ),
            (
                "-put|-copyFromLocal|-moveFromLocal|-mv|-cp|-appendToFile|-touchz|-mkdir|-chmod|-chown|-chgrp|-setrep|-setfacl|dfsadmin*|balancer|haadmin*|distcp*|jar*",
                "deploy",
            ),
        ],
        "db.read",
        &[
            ("hdfs dfs -ls /data", "db.read hdfs dfs /data"),
            ("hdfs dfs -rm -r /data", "db.destroy hdfs dfs /data"),
        ],
    ),
    cli(
        "spark-submit",
        "master deploy-mode class name conf jars packages files py-files driver-memory executor-memory executor-cores num-executors queue",
        &[(
            "-master=yarn*|-master=k8s*|-master=spark*|-master=mesos*|-deploy-mode=cluster",
            "deploy",
        )],
        "exec.project",
        &[
            ("spark-submit job.py", "exec.project spark-submit job.py"),
            (
                "spark-submit --master yarn job.py",
                "deploy spark-submit job.py",
            ),
        ],
    ),
    cli(
        "mosquitto_pub",
        "h host p port t topic m message f file u P q i cafile L",
        &[],
        "db.write",
        &[("mosquitto_pub -t a -m b", "db.write mosquitto_pub")],
    ),
    cli(
        "mosquitto_sub mosquitto_rr",
        "h host p port t topic u P C W q i L",
        &[],
        "db.read",
        &[("mosquitto_sub -t a", "db.read mosquitto_sub")],
    ),
    cli(
        "mosquitto_passwd mosquitto_ctrl",
        "u h p",
        &[],
        "db.schema",
        &[(
            "mosquitto_passwd -b f a b",
            "db.schema mosquitto_passwd f a b",
        )],
    ),
    cli(
        "temporal tctl",
        "address n namespace ns env tls-cert-path workflow-id w wid query q reason output o task-queue",
        &[
            (
                "* list|* describe|* show|* count|* desc|* listall|* scan|* stack|* trace|* query|* get*|* observe|* l|* * list|* * describe|server start-dev|env*|completion|* health|* system|* cluster",
                "cloud.read",
            ),
            (
                "* terminate|* term|* delete|* cancel|* reset|* * delete|* batch*|batch*|* reset-batch",
                "infra.destroy",
            ),
            (
                "workflow start|workflow run|workflow execute|workflow signal|workflow update|activity*|schedule create|schedule trigger",
                "db.write",
            ),
        ],
        "deploy",
        &[
            (
                "temporal workflow list",
                "cloud.read temporal workflow list",
            ),
            (
                "temporal workflow terminate -w x",
                "infra.destroy temporal workflow terminate",
            ),
        ],
    ),
];

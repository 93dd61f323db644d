"""The broker keys that nothing here listens to: rows as `key.read_table` describes them.

`refused`: whoever sets it relies on something that is not here, so the start stops. `harmless`: nobody loses anything.
"""

from __future__ import annotations

from kafkalite.config.key import Key, read_table

_ROWS = """\
== refused: There is no TLS yet.
ssl.allow.dn.changes                   BOOLEAN   false            -  read-only
ssl.allow.san.changes                  BOOLEAN   false            -  read-only
ssl.cipher.suites                      LIST      ""               -  per-broker
ssl.client.auth                        STRING    none             [required, requested, none]  per-broker
ssl.enabled.protocols                  LIST      TLSv1.2,TLSv1.3  -  per-broker
ssl.endpoint.identification.algorithm  STRING    https            -  per-broker
ssl.engine.factory.class               CLASS     null             -  per-broker
ssl.key.password                       PASSWORD  null             -  per-broker
ssl.keymanager.algorithm               STRING    SunX509          -  per-broker
ssl.keystore.certificate.chain         PASSWORD  null             -  per-broker
ssl.keystore.key                       PASSWORD  null             -  per-broker
ssl.keystore.location                  STRING    null             -  per-broker
ssl.keystore.password                  PASSWORD  null             -  per-broker
ssl.keystore.type                      STRING    JKS              -  per-broker
ssl.principal.mapping.rules            STRING    DEFAULT          -  read-only
ssl.protocol                           STRING    TLSv1.3          -  per-broker
ssl.provider                           STRING    null             -  per-broker
ssl.secure.random.implementation       STRING    null             -  per-broker
ssl.trustmanager.algorithm             STRING    PKIX             -  per-broker
ssl.truststore.certificates            PASSWORD  null             -  per-broker
ssl.truststore.location                STRING    null             -  per-broker
ssl.truststore.password                PASSWORD  null             -  per-broker
ssl.truststore.type                    STRING    JKS              -  per-broker
security.providers                     STRING    null             -  read-only

== refused: There is no login yet.
sasl.client.callback.handler.class             CLASS     null            -              read-only
sasl.enabled.mechanisms                        LIST      GSSAPI          -              per-broker
sasl.jaas.config                               PASSWORD  null            -              per-broker
sasl.kerberos.kinit.cmd                        STRING    /usr/bin/kinit  -              per-broker
sasl.kerberos.min.time.before.relogin          LONG      60000           -              per-broker
sasl.kerberos.principal.to.local.rules         LIST      DEFAULT         -              per-broker
sasl.kerberos.service.name                     STRING    null            -              per-broker
sasl.kerberos.ticket.renew.jitter              DOUBLE    0.05            -              per-broker
sasl.kerberos.ticket.renew.window.factor       DOUBLE    0.8             -              per-broker
sasl.login.callback.handler.class              CLASS     null            -              read-only
sasl.login.class                               CLASS     null            -              read-only
sasl.login.connect.timeout.ms                  INT       null            -              read-only
sasl.login.read.timeout.ms                     INT       null            -              read-only
sasl.login.refresh.buffer.seconds              SHORT     300             -              per-broker
sasl.login.refresh.min.period.seconds          SHORT     60              -              per-broker
sasl.login.refresh.window.factor               DOUBLE    0.8             -              per-broker
sasl.login.refresh.window.jitter               DOUBLE    0.05            -              per-broker
sasl.login.retry.backoff.max.ms                LONG      10000           -              read-only
sasl.login.retry.backoff.ms                    LONG      100             -              read-only
sasl.mechanism.controller.protocol             STRING    GSSAPI          -              read-only
sasl.mechanism.inter.broker.protocol           STRING    GSSAPI          -              per-broker
sasl.oauthbearer.allow.unverified.audience     BOOLEAN   false           -              read-only
sasl.oauthbearer.allow.unverified.issuer       BOOLEAN   false           -              read-only
sasl.oauthbearer.assertion.algorithm           STRING    RS256           (case insensitive) [ES256, RS256]  read-only
sasl.oauthbearer.assertion.claim.aud           STRING    null            -              read-only
sasl.oauthbearer.assertion.claim.exp.seconds   INT       300             [0,...,86400]  read-only
sasl.oauthbearer.assertion.claim.iss           STRING    null            -              read-only
sasl.oauthbearer.assertion.claim.jti.include   BOOLEAN   false           -              read-only
sasl.oauthbearer.assertion.claim.nbf.seconds   INT       60              [0,...,3600]   read-only
sasl.oauthbearer.assertion.claim.sub           STRING    null            -              read-only
sasl.oauthbearer.assertion.file                STRING    null            -              read-only
sasl.oauthbearer.assertion.private.key.file    STRING    null            -              read-only
sasl.oauthbearer.assertion.private.key.passphrase  PASSWORD  null            -              read-only
sasl.oauthbearer.assertion.template.file       STRING    null            -              read-only
sasl.oauthbearer.client.credentials.client.id  STRING    null            -              read-only
sasl.oauthbearer.client.credentials.client.secret  PASSWORD  null            -              read-only
sasl.oauthbearer.clock.skew.seconds            INT       30              -              read-only
sasl.oauthbearer.expected.audience             LIST      ""              -              read-only
sasl.oauthbearer.expected.issuer               STRING    null            -              read-only
sasl.oauthbearer.jwks.endpoint.refresh.ms      LONG      3600000         -              read-only
sasl.oauthbearer.jwks.endpoint.retry.backoff.max.ms  LONG      10000           -              read-only
sasl.oauthbearer.jwks.endpoint.retry.backoff.ms  LONG      100             -              read-only
sasl.oauthbearer.jwks.endpoint.url             STRING    null            -              read-only
sasl.oauthbearer.jwt.retriever.class           CLASS     org.apache.kafka.common.security.oauthbearer.DefaultJwtRetriever  -              read-only
sasl.oauthbearer.jwt.validator.class           CLASS     org.apache.kafka.common.security.oauthbearer.DefaultJwtValidator  -              read-only
sasl.oauthbearer.scope                         STRING    null            -              read-only
sasl.oauthbearer.scope.claim.name              STRING    scope           -              read-only
sasl.oauthbearer.sub.claim.name                STRING    sub             -              read-only
sasl.oauthbearer.token.endpoint.url            STRING    null            -              read-only
sasl.server.callback.handler.class             CLASS     null            -              read-only
sasl.server.max.receive.size                   INT       524288          -              read-only
connections.max.reauth.ms                      LONG      0               -              read-only
connection.failed.authentication.delay.ms      INT       100             [0,...]        read-only
delegation.token.expiry.check.interval.ms      LONG      3600000         [1,...]        read-only
delegation.token.expiry.time.ms                LONG      86400000        [1,...]        read-only
delegation.token.max.lifetime.ms               LONG      604800000       [1,...]        read-only
delegation.token.secret.key                    PASSWORD  null            -              read-only
principal.builder.class                        CLASS     org.apache.kafka.common.security.authenticator.DefaultKafkaPrincipalBuilder  -              per-broker

== refused: There is no authorizer yet: everybody who reaches a listener may do everything.
authorizer.class.name  STRING  ""  -  read-only

== refused: Listeners are PLAINTEXT, and no broker talks to another.
security.inter.broker.protocol  STRING  PLAINTEXT  [PLAINTEXT, SSL, SASL_PLAINTEXT, SASL_SSL]  read-only

== refused: Java classes cannot be loaded here.
alter.config.policy.class.name  CLASS  null  -  read-only
create.topic.policy.class.name  CLASS  null  -  read-only
client.quota.callback.class     CLASS  null  -  read-only
metric.reporters                LIST   org.apache.kafka.common.metrics.JmxReporter  -  cluster-wide
kafka.metrics.reporters         LIST   ""    -  read-only
config.providers                LIST   ""    -  cluster-wide
group.streams.topology.description.plugin.class  CLASS  null  -  read-only

== refused: This limit is not built yet.
queued.max.request.bytes          LONG    -1          -        read-only
max.connection.creation.rate      INT     2147483647  [0,...]  cluster-wide
max.connections.per.ip.overrides  STRING  ""          -        cluster-wide

== refused: Two-phase commit (KIP-939) is not built; Kafka 4.4 does not offer it to clients either.
transaction.two.phase.commit.enable  BOOLEAN  false  -  read-only

== refused: There is no tiered storage.
remote.log.storage.system.enable  BOOLEAN  false  -  read-only

== harmless: One process is the broker and the controller; there is no quorum to join.
process.roles                               LIST     broker,controller  [broker, controller]  read-only
    Kafka: <required> - One process is always both.
controller.listener.names                   LIST     CONTROLLER         non-empty list  read-only
    Kafka: <required> - No such listener is opened.
controller.quorum.append.linger.ms          INT      25                 [0,...]         read-only
controller.quorum.auto.join.enable          BOOLEAN  false              -               read-only
controller.quorum.bootstrap.servers         LIST     ""                 -               read-only
controller.quorum.election.backoff.max.ms   INT      1000               [0,...]         read-only
controller.quorum.election.timeout.ms       INT      1000               [0,...]         read-only
controller.quorum.fetch.max.bytes           INT      1048576            [1,...]         read-only
controller.quorum.fetch.snapshot.max.bytes  INT      1048576            [1,...]         read-only
controller.quorum.fetch.timeout.ms          INT      2000               [0,...]         read-only
controller.quorum.request.timeout.ms        INT      2000               [0,...]         read-only
controller.quorum.retry.backoff.ms          INT      20                 [0,...]         read-only
controller.quorum.voters                    LIST     ""                 -               read-only
controller.quota.window.num                 INT      11                 [1,...]         read-only
controller.quota.window.size.seconds        INT      1                  [1,...]         read-only
controller.socket.timeout.ms                INT      30000              -               read-only
broker.heartbeat.interval.ms                INT      2000               -               read-only
broker.session.timeout.ms                   INT      9000               -               read-only
initial.broker.registration.timeout.ms      INT      60000              -               read-only
controlled.shutdown.enable                  BOOLEAN  true               -               read-only
early.start.listeners                       LIST     null               -               read-only
inter.broker.listener.name                  STRING   null               -               read-only

== harmless: There is one replica of every partition: nothing is fetched from or moved to another broker.
replica.fetch.backoff.ms                       INT      1000      [0,...]  read-only
replica.fetch.max.bytes                        INT      1048576   [0,...]  read-only
replica.fetch.min.bytes                        INT      1         -        read-only
replica.fetch.response.max.bytes               INT      10485760  [0,...]  read-only
replica.fetch.wait.max.ms                      INT      500       -        read-only
replica.high.watermark.checkpoint.interval.ms  LONG     5000      -        read-only
replica.lag.time.max.ms                        LONG     30000     -        read-only
replica.selector.class                         STRING   null      -        read-only
replica.socket.receive.buffer.bytes            INT      65536     -        read-only
replica.socket.timeout.ms                      INT      30000     -        read-only
replication.quota.window.num                   INT      11        [1,...]  read-only
replication.quota.window.size.seconds          INT      1         [1,...]  read-only
num.replica.alter.log.dirs.threads             INT      null      -        read-only
num.replica.fetchers                           INT      1         [1,...]  cluster-wide
auto.leader.rebalance.enable                   BOOLEAN  true      -        read-only
leader.imbalance.check.interval.seconds        LONG     300       [1,...]  read-only
unclean.leader.election.enable                 BOOLEAN  false     -        cluster-wide
alter.log.dirs.replication.quota.window.num    INT      11        [1,...]  read-only
alter.log.dirs.replication.quota.window.size.seconds  INT      1         [1,...]  read-only
request.timeout.ms                             INT      30000     -        read-only

== harmless: Cluster metadata stand in one small file of a log directory.
metadata.log.max.record.bytes.between.snapshots  LONG    20971520    [1,...]        read-only
metadata.log.max.snapshot.interval.ms  LONG    3600000     [0,...]        read-only
metadata.log.segment.bytes             INT     1073741824  [8388608,...]  read-only
metadata.log.segment.ms                LONG    604800000   -              read-only
metadata.max.idle.interval.ms          INT     500         [0,...]        read-only
metadata.max.retention.bytes           LONG    104857600   -              read-only
metadata.max.retention.ms              LONG    604800000   -              read-only

== harmless: One thread runs the broker and hands requests on without a queue.
background.threads                    INT  10   [1,...]  cluster-wide
num.io.threads                        INT  8    [1,...]  cluster-wide
num.network.threads                   INT  3    [1,...]  cluster-wide
num.recovery.threads.per.data.dir     INT  2    [1,...]  cluster-wide
queued.max.requests                   INT  500  [1,...]  read-only
group.coordinator.threads             INT  4    [1,...]  read-only
group.coordinator.background.threads  INT  2    [1,...]  read-only

== harmless: A transaction is aborted when its timeout is over, not when somebody looks.
transaction.abort.timed.out.transaction.cleanup.interval.ms  INT  10000  [1,...]  read-only

== harmless: This tunes a part that is built differently here.
delete.records.purgatory.purge.interval.requests  INT      1          -             read-only
fetch.purgatory.purge.interval.requests        INT      1000       -             read-only
producer.purgatory.purge.interval.requests     INT      1000       -             read-only
group.coordinator.append.linger.ms             INT      -1         [-1,...]      read-only
group.coordinator.cached.buffer.max.bytes      INT      1048588    [524288,...]  cluster-wide
add.partitions.to.txn.retry.backoff.max.ms     INT      100        [0,...]       read-only
add.partitions.to.txn.retry.backoff.ms         INT      20         [1,...]       read-only
transaction.state.log.load.buffer.size         INT      5242880    [1,...]       read-only
offsets.load.buffer.size                       INT      5242880    [1,...]       read-only
log.dir.failure.timeout.ms                     LONG     30000      [1,...]       read-only
socket.listen.backlog.size                     INT      50         [1,...]       read-only
socket.connection.setup.timeout.max.ms         LONG     30000      -             read-only
socket.connection.setup.timeout.ms             LONG     10000      -             read-only

== harmless: Where a log starts is stored when that changes.
log.flush.start.offset.checkpoint.interval.ms  INT  60000  [0,...]  read-only

== harmless: There are no quotas whose windows this would size.
quota.window.num           INT  11  [1,...]  read-only
quota.window.size.seconds  INT  1   [1,...]  read-only

== harmless: There are no JMX metrics and no client telemetry.
metrics.num.samples                  INT     2        [1,...]  read-only
metrics.recording.level              STRING  INFO     -        read-only
metrics.sample.window.ms             LONG    30000    [1,...]  read-only
kafka.metrics.polling.interval.secs  INT     10       [1,...]  read-only
telemetry.max.bytes                  INT     1048576  [1,...]  read-only

== harmless: Tiered storage is off.
remote.fetch.max.wait.ms                        INT      500                  [1,...]           cluster-wide
remote.list.offsets.request.timeout.ms          LONG     30000                [1,...]           cluster-wide
remote.log.index.file.cache.total.size.bytes    LONG     1073741824           [1,...]           cluster-wide
remote.log.manager.copier.thread.pool.size      INT      10                   [1,...]           cluster-wide
remote.log.manager.copy.max.bytes.per.second    LONG     9223372036854775807  [1,...]           cluster-wide
remote.log.manager.copy.quota.window.num        INT      11                   [1,...]           read-only
remote.log.manager.copy.quota.window.size.seconds  INT      1                    [1,...]           read-only
remote.log.manager.expiration.thread.pool.size  INT      10                   [1,...]           cluster-wide
remote.log.manager.fetch.max.bytes.per.second   LONG     9223372036854775807  [1,...]           cluster-wide
remote.log.manager.fetch.quota.window.num       INT      11                   [1,...]           read-only
remote.log.manager.fetch.quota.window.size.seconds  INT      1                    [1,...]           read-only
remote.log.manager.follower.thread.pool.size    INT      2                    [1,...]           cluster-wide
remote.log.manager.task.interval.ms             LONG     30000                [1,...]           read-only
remote.log.manager.thread.pool.size             INT      2                    [1,...]           read-only
remote.log.metadata.custom.metadata.max.bytes   INT      128                  [0,...]           read-only
remote.log.metadata.manager.class.name          STRING   org.apache.kafka.server.log.remote.metadata.storage.TopicBasedRemoteLogMetadataManager  non-empty string  read-only
remote.log.metadata.manager.class.path          STRING   null                 -                 read-only
remote.log.metadata.manager.impl.prefix         STRING   rlmm.config.         non-empty string  read-only
remote.log.metadata.manager.listener.name       STRING   null                 non-empty string  read-only
remote.log.reader.max.pending.tasks             INT      100                  [1,...]           read-only
remote.log.reader.threads                       INT      10                   [1,...]           cluster-wide
remote.log.storage.manager.class.name           STRING   null                 non-empty string  read-only
remote.log.storage.manager.class.path           STRING   null                 -                 read-only
remote.log.storage.manager.impl.prefix          STRING   rsm.config.          non-empty string  read-only
log.local.retention.bytes                       LONG     -2                   [-2,...]          cluster-wide
log.local.retention.ms                          LONG     -2                   [-2,...]          cluster-wide
log.remote.copy.lag.bytes                       LONG     -1                   [-1,...]          cluster-wide
log.remote.copy.lag.ms                          LONG     0                    [-1,...]          cluster-wide
follower.fetch.last.tiered.offset.enable        BOOLEAN  false                -                 cluster-wide
"""  # noqa: E501

INERT_BROKER_KEYS: dict[str, Key] = read_table(_ROWS)

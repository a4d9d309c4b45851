# (setup)
setup-and = { $first } and { $second }
setup-unknown-deployment = `{ $name }` is not a kind of deployment; write docker, k8s or source
# What is set up, and where nothing is
setup-simulator =
    The target is the built-in simulator: there is nothing to set up.
    For a real deployment set `target.url` or give `--target URL`.
setup-no-webhook = `webhook.expect` is empty: this is a plain API load, and no webhook needs to be set up.
setup-before = Before measuring ({ $deployment })
setup-interrupts = What this interrupts
setup-mind = Mind
setup-afterwards = Afterwards, put back
# What to mind
setup-mind-invite = 3.7 with beforeMemberJoinGroup enabled: an invitation by an app admin ends openim-rpc-group; let owners invite while you measure
setup-mind-conversation = the …GroupChatConversations keys are sent by openim-rpc-conversation (main only): change and restart that process as well
setup-mind-others = one URL serves all keys, so { $keys } will call openim-bench too; they are answered with "go on" unless `webhook.forward_others` names your own server
setup-mind-port = `webhook.listen` has port 0, which changes with every run; choose one, such as `--set webhook.listen=0.0.0.0:10006`, and write it into the URL
setup-mind-loopback = `webhook.listen` is { $listen }: a container cannot reach the loopback of its host, and its own 127.0.0.1 is itself; use `--set webhook.listen=0.0.0.0:{ $port }`
setup-mind-host = replace { $host } by a name or address of this machine that OpenIM's pods or hosts reach
# What the change interrupts
setup-interrupts-docker = the container holds all of OpenIM: recreating it disconnects every client, usually for less than a minute
setup-interrupts-k8s = the pods are replaced one by one: group calls that are under way on the old ones may fail, messages go on
setup-interrupts-source = until the process is back, group calls fail (errCode 14, on main 500 `grpc service … down`); main in one process: everything stops until it is back
setup-interrupts-before = from the restart until `openim-bench run` listens, every operation with an enabled before-key fails with 90004; `failedContinue: true` does not help
setup-interrupts-yours = while measuring, your own webhook server gets no callbacks: what it checks or writes down in them does not happen
# Put in: Docker
setup-check = Check:
setup-docker-environment =
    In docker-compose.yaml, add to the service `openim-server` (to the service itself: a line in `.env`
    reaches the container only if the compose file mentions it):
setup-docker-counts =
    A variable counts only for a key that the webhooks.yml in the container has.
    OpenIM's main in one process reads no variables: change webhooks.yml instead (--deployment source).
setup-docker-recreate = Recreate the container; `restart` would keep the old environment:
# Put in: Kubernetes
setup-k8s-variables =
    Set the variables on the deployment of openim-rpc-group, `group-rpc-server` in OpenIM's own
    manifests; this rolls it out:
setup-k8s-file =
    Or edit webhooks.yml in the ConfigMap (`openim-config` there) and restart, since the file is read
    at start only:
setup-k8s-counts = A variable wins over the file, and counts only for a key that the file has.
setup-k8s-wait = Wait, and count the pods: each has 100 webhook connections (`webhook.processes`):
# Put in: from source
setup-source-file = Keep a copy of config/webhooks.yml, then set in it (the rest of each key stays as it is):
setup-source-seconds =
    `timeout` is a whole number of seconds; with `15s` the process does not start. Keys stand at the
    top level, without a `callback:` above them.
setup-source-restart =
    Restart openim-rpc-group; there is no hot reload. OpenIM's main in one process (cmd/main.go): restart
    the whole process; it reads no IMENV_ variables. With several processes IMENV_WEBHOOKS_* variables
    win over the file: make sure that none is set.
# Put back
setup-back-docker =
    Remove the IMENV_WEBHOOKS_* lines again, so that webhooks.yml counts as before, or give them back
    the values they had (and remove extra_hosts, if it was not there):
setup-back-k8s = Remove the variables again (`NAME-`), or give them back the values they had:
setup-back-source = In webhooks.yml:
setup-back-restart = Restart the same process.
setup-back-in-force = In force then, as far as known:
setup-back-recommended = Write the recommended timeouts only after that, one change at a time.
setup-as-it-was = <as it was>
# New timeouts: a changed webhooks.yml
setup-file-restart = OpenIM reads webhooks.yml at its start only: restart { $processes } (main in one process: all of it).
setup-file-source = from source:  mage stop && mage start
setup-file-docker =
    Docker:       docker compose restart openim-server   (only where the service mounts this file;
                  openim-docker does not: use --format env there)
setup-file-k8s = Kubernetes:   the file must get into the ConfigMap first (--format configmap), then
setup-file-variable = A variable IMENV_WEBHOOKS_<KEY>_TIMEOUT in the environment of that process wins over the file (not for main in one process).
setup-file-undo = To undo: cp -p { $backup } { $path }, and restart again.
# New timeouts: a fragment
setup-put = Put each `timeout` into webhooks.yml (`openim-bench apply RESULT webhooks.yml` does), then:
# New timeouts: variables
setup-env-docker = Docker: put the lines into `environment:` of the service openim-server in docker-compose.yaml, each as `- NAME=n`
setup-env-recreate = (a line in .env alone does not reach the container), then recreate it; `restart` would keep the old environment:
setup-env-processes = Processes of your own: into their environment, then restart { $processes }.
setup-env-undo = To undo: remove the lines again and recreate the container; Kubernetes:
# New timeouts: a ConfigMap
setup-map-save = Save this as timeouts.yaml, then (this replaces the pods one by one):
setup-map-file-save =
    Save this as timeouts.json. It holds the whole of { $path } with the new timeouts, so that file must be what the
      ConfigMap { $map } holds now. Compare first (no output: the same):
setup-map-file-then = Then; the file is read at the start only:
setup-map-file-variable = A variable IMENV_WEBHOOKS_<KEY>_TIMEOUT of the deployment wins over the file.
setup-undo = To undo:
# New timeouts: where they do not count
setup-config-centre = OpenIM's main with its etcd config centre switched on takes webhooks.yml from etcd: there neither the file nor a variable counts; change it in the config centre (/config/set_config), then restart.
setup-variable-counts = A variable counts only for a key that webhooks.yml has, and wins over its `timeout` there.
setup-variable-not-main = OpenIM's main in one process reads no variables: change its webhooks.yml (apply RESULT webhooks.yml).
setup-restores = Then these count again, as far as known (s): { $known }.

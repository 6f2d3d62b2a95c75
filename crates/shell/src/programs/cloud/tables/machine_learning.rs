//! Data platforms, training and model hosting.

use super::super::super::table::Cli;
use super::c;

pub(super) const CLIS: &[Cli] = &[
    c(
        "databricks dbx",
        "p profile t target o output json job-id name scope key r recursive-levels language format cluster-id file l host",
        &[
            (
                "tokens create|secrets get-secret|secrets get|auth token",
                "secret.read",
            ),
            ("secrets put-secret|secrets put", "secret.send"),
            (
                "api get|api head|fs ls|fs cat|fs cp dbfs*|workspace export*|workspace list|workspace get*|bundle validate|bundle summary|bundle init|bundle schema|bundle generate|bundle open|auth*|configure|current-user*|jobs list*|jobs get*|jobs export*|labs list|completion|version",
                "cloud.read",
            ),
            (
                "api delete|fs rm|clusters delete|clusters permanent-delete",
                "infra.destroy",
            ),
            (
                "api post|api put|api patch|bundle run|bundle deploy|sync|workspace import*|fs cp|fs mkdir*|fs mkdirs|jobs run-now|jobs submit|repos*|execute*",
                "deploy",
            ),
        ],
        "verb deploy none",
        &[
            (
                "databricks jobs delete 1",
                "infra.destroy databricks jobs delete 1",
            ),
            ("databricks jobs list", "cloud.read databricks jobs list"),
            (
                "databricks bundle validate",
                "cloud.read databricks bundle validate",
            ),
        ],
    ),
    c(
        "snow",
        "q query f filename c connection D variable o option a accountname u username d dbname s schemaname w warehouse r rolename project p env role database",
        &[
            ("sql|", "none"),
            ("connection generate-jwt|connection get*", "secret.read"),
            (
                "connection*|app validate|app open|app events|app diff|app bundle|app version list|app init|init|object list|object describe|stage list*|stage describe|stage diff|snowpark build|snowpark package*|snowpark list|snowpark describe|streamlit list|streamlit describe|streamlit get-url|spcs * list|spcs * describe|spcs * status|spcs service logs|git list*|git describe|cortex*|helpers*|logs|notebook get-url|dbt list|stage copy @*",
                "cloud.read",
            ),
            ("object drop|stage remove|stage drop", "db.destroy"),
            (
                "app run|app deploy|app publish|snowpark deploy|snowpark execute|streamlit deploy|git execute|git fetch|git setup|stage copy|stage execute|notebook*|dbt deploy|dbt execute|object create|app version create",
                "deploy",
            ),
        ],
        "verb deploy none",
        &[
            (
                "snow app teardown --force",
                "infra.destroy snow app teardown",
            ),
            ("snow app deploy", "deploy snow app deploy"),
            ("snow connection list", "cloud.read snow connection list"),
        ],
    ),
    c(
        "dbt dbtf",
        "target t profiles-dir project-dir s select m models exclude selector vars args threads profile state target-path log-path",
        &[
            (
                "compile|test|parse|ls|list|docs|debug|deps|source freshness|source snapshot-freshness|show|clean|init|environment|cloud job list|cloud run list|cloud run get|cloud job get|sl|man|system|lsp|login|format|lint|help",
                "exec.project",
            ),
            (
                "run-operation drop*|run-operation delete*|run-operation truncate*|run-operation clean*",
                "db.destroy",
            ),
            (
                "run|build|seed|snapshot|clone|retry|run-operation",
                "db.write",
            ),
            ("cloud*", "deploy"),
        ],
        "exec.project",
        &[
            ("dbt run -s m", "db.write dbt run"),
            ("dbt test", "exec.project dbt test"),
        ],
    ),
    c(
        "airflow prefect dagster dagster-cloud dg tctl-temporal luigi kedro flyte pyflyte flytectl metaflow zenml argo-events kestra kestractl",
        "d dag-id r run-id s start-date e end-date p pool n name t tag job j workspace w m module f file namespace task-queue type workflow-id query i input c conf deployment-id param params description",
        &[
            (
                "dags delete|variables delete|connections delete|pools delete|users delete|roles delete|db reset|db clean|db drop-archived|run wipe|run delete|asset wipe|instance reset",
                "infra.destroy",
            ),
            (
                "run|dags test|tasks test|tasks render|tasks run|standalone|scheduler|webserver|api-server|triggerer|celery|dag-processor|db check*|db init|config*|info|version|cheat-sheet|plugins|providers*|variables export|connections export|connections test|dags export|dags reserialize|dags show*|dags list*|dags details|dags next-execution|dags report|dags state|tasks list*|tasks state*|tasks failed-deps|jobs check|roles list|pools export|kubernetes generate*|dev*|login|logout|context*|server start*|server status|worker start|profile*|cloud login|cloud workspace ls|cloud workspace set|flow ls|flow serve|deployment ls|deployment inspect|deployment build|work-pool ls|* ls|* inspect|flow-run logs|flow-run ls|definitions*|asset list|asset check|project*|scaffold*|instance info|instance migrate|debug*|code-server*|job list|job print|job execute|asset materialize|launch|check*|list*|utils*|viz|ipython|jupyter|new|init|package|catalog*|registry*|pipeline list|test|docs|install|local*",
                "exec.project",
            ),
            (
                "variables get|connections get|cloud api-key*",
                "secret.read",
            ),
            (
                "db migrate|db upgrade|db downgrade|dags trigger|dags backfill|dags pause|dags unpause|tasks clear|backfill*|variables*|connections*|users*|roles*|pools*|deployment run|deployment apply|deploy|flow deploy|job launch|job backfill|workflow start|workflow execute|workflow signal|workflow terminate|workflow cancel|workflow reset|schedule*|sensor*|server database*",
                "deploy",
            ),
        ],
        "verb deploy none",
        &[
            (
                "airflow dags trigger etl",
                "deploy airflow dags trigger etl",
            ),
            ("airflow dags list", "exec.project airflow dags list"),
            (
                "prefect flow-run delete 1",
                "infra.destroy prefect flow-run delete 1",
            ),
        ],
    ),
    c(
        "clearml-task clearml-session",
        "project name script queue",
        &[],
        "deploy",
        &[("clearml-task --project p", "deploy clearml-task")],
    ),
    Cli {
        names: "astro",
        options: "root config port host",
        verbs: &[
            ("deploy", "deploy"),
            (
                "deployment delete|workspace delete|organization token",
                "infra.destroy",
            ),
            (
                "deployment create|deployment update|deployment variable|deployment airflow-variable|deployment hibernate",
                "deploy",
            ),
        ],
        otherwise: "exec.project",
        dry: "",
        examples: &[
            ("astro deploy", "deploy astro deploy"),
            ("astro dev", "exec.project astro dev"),
        ],
    },
    c(
        "mlflow wandb dvc clearml clearml-data comet polyaxon determined det valohai vh bentoml bento truss baseten cog replicate modal cerebrium anyscale ray together fireworks firectl openai ollama-cloud octoai sagemaker vertex feast kserve seldon roboflow labelbox scale-ai comfy-cli lepton lep",
        "t target m model-uri name n run-id e experiment-id x backend-store-uri p port h host project q queue u script artifact-uri entity path input i o output f service cluster gpu r remote j jobs env flavor k w",
        &[
            (
                "ui|server|doctor|models serve|models predict|models build-docker|models generate-dockerfile|artifacts download|artifacts log*|runs list|runs describe|experiments search|experiments csv|run|login|logout|offline|online|enabled|disabled|off|on|status|init|docker|verify|agent|sweep|artifact get|artifact ls|artifact cache*|local|server*|repro|pull|fetch|diff|add|exp*|metrics*|params*|plots*|dag|checkout|config|remote*|commit|get|get-url|import|import-url|list|ls|data status|install|unprotect|move|remove|stage*|queue*|studio*|update|version|root|freeze|unfreeze|cache*|get-url|doctor|build|predict|train|serve|shell|app list|app logs|app history|app dashboard|volume ls|volume list|volume get|secret list|token info|token*|profile*|config*|container list|container logs|nfs*|setup|model show|model list|prediction show|prediction list|training show|training list|scaffold|hardware list|watch|export|import|env list|env*|delete-local|plan|registry-dump|entities*|feature-views*|api models*|api files.list|api fine_tuning.jobs.list|tools*|grit|start|stop|attach|dashboard|memory|job list|job logs|job status|summary|timeline|microbenchmark|logs|check*|chains*",
                "exec.project",
            ),
            (
                "push|artifact put|sync|upload|launch|deploy|app stop|deployments*|volume put|secret create|environment*|run-remote|job submit|job stop|up|down|exec*|submit|service*|api*|prediction*|training*|deployment*|model create|endpoint*|volume create|queue|push*|exec run|exec stop|fine-tuning*|files upload|images create|experiment*|apply|materialize*|teardown",
                "deploy",
            ),
            (
                "gc|volume rm|volume delete|runs delete|experiments delete|environment delete|artifact delete|app delete|endpoint delete",
                "infra.destroy",
            ),
        ],
        "verb deploy none",
        &[
            ("modal deploy app.py", "deploy modal deploy app.py"),
            ("dvc repro", "exec.project dvc repro"),
            ("mlflow gc", "infra.destroy mlflow gc"),
        ],
    ),
    c(
        "huggingface-cli hf",
        "repo-type revision token include exclude local-dir cache-dir commit-message commit-description path-in-repo type flavor timeout secrets env organization sort search author limit filter",
        &[
            (
                "download|whoami|scan-cache|login|logout|env|cache ls|cache list|cache scan|cache verify|auth*|repo list|repo info|jobs logs|jobs ps|jobs inspect|jobs hardware|models*|datasets ls|datasets info|datasets list|spaces ls|spaces info|spaces list|version|papers*|collections ls|collections info|endpoints ls|endpoints describe|endpoints list|cache prune|repos ls|tag list|skills*|extensions list|buckets list|buckets ls",
                "cloud.read",
            ),
            (
                "upload*|repo create|repos create|repo tag create|tag|repo settings|repo move|repo branch*|lfs*|discussions*|pr*",
                "publish",
            ),
            (
                "delete-cache|cache rm|cache delete|repo delete|repos delete|repo-files delete|repo-files|endpoints delete|collections delete",
                "infra.destroy",
            ),
            ("jobs*|endpoints*|webhooks*", "deploy"),
        ],
        "verb deploy none",
        &[
            ("hf upload me/m .", "publish hf upload me/m ."),
            ("hf download o/m", "cloud.read hf download o/m"),
            (
                "huggingface-cli repo-files delete me/m x",
                "infra.destroy huggingface-cli repo-files delete me/m x",
            ),
        ],
    ),
    c(
        "kaggle",
        "c competition p path f file m message d dataset k kernel s search w n user sort-by page",
        &[
            (
                "competitions list|competitions files|competitions download|competitions submissions|competitions leaderboard|datasets list|datasets files|datasets download|datasets metadata|datasets status|datasets init|kernels list|kernels init|kernels pull|kernels output|kernels status|kernels files|models list|models get|models init|models instances get|config*|c list|c download|d list|d download|k list|k pull|k output|k status",
                "cloud.read",
            ),
            (
                "datasets delete|models delete|kernels delete|* delete",
                "infra.destroy",
            ),
            (
                "competitions submit|c submit|datasets create|datasets version|kernels push|models create|models update|models*|d create|d version|k push",
                "publish",
            ),
        ],
        "none",
        &[
            (
                "kaggle datasets create -p d",
                "publish kaggle datasets create",
            ),
            (
                "kaggle datasets download -d o/d",
                "cloud.read kaggle datasets download",
            ),
        ],
    ),
];

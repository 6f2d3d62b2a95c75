//! Clouds whose clients speak in nouns and verbs.

use super::super::super::table::Cli;
use super::c;

pub(super) const CLIS: &[Cli] = &[c(
    "doctl linode-cli linode hcloud vultr-cli scw exo civo upctl yc govc metal packet equinix katapult ovhai openstack nova cinder glance neutron keystone oci aliyun tccli volcengine huaweicloud hcloud-huawei ibmcloud bx nebius crusoe latitude stackit ionosctl gridscale cherryctl phoenixnap pnapctl kamatera hostinger contabo cntb ovhcloud ovh sakura usacloud triton mgc magalu anexia paperspace gradient lambda-cloud lambdalabs vastai runpodctl runpod primeintellect fluidstack tensordock jarvislabs sky skypilot dstack coder gitpod ona",
    "c context t access-token o output format n name s size image region cluster g f bn compartment-id k p d r type with-volumes cloud os-cloud os-project-name flavor network u dc vm ds pool host rg",
    &[
        (
            "auth token|account get-access-token|compute ssh-token|iam create-token|iam oauth-tokens|iam api-key-create|auth print*|server reset-password|database connection-string|databases connection|db connection|instance user-data get",
            "secret.read",
        ),
        (
            "auth*|login|logout|init|configure*|config*|context*|profile*|setup*|session*|kubernetes cluster kubeconfig*|k8s kubeconfig*|kubernetes config|target|plugin*|completion*|serverless connect|lke kubeconfig-view|account switch|sandbox connect|regions|iam ocid|help|version|cloud list|quickstart",
            "cloud.read",
        ),
        ("os ns get|catalog list|token revoke", "cloud.read"),
        (
            "* os object get|os object get|os object bulk-download|oss cp oss*|oss ls|oss cat|oss stat|storage get|object get|object save",
            "cloud.read",
        ),
        (
            "compute ssh|ssh|exec|cf push|cf restage|* action|compute instance action",
            "deploy",
        ),
        (
            "vm.power|vm.change|host.shutdown|vm.migrate|stop|down|cancel|* shutdown|* stop",
            "deploy",
        ),
    ],
    "verb deploy none",
    &[
        (
            "doctl compute droplet delete 1",
            "infra.destroy doctl compute droplet delete 1",
        ),
        (
            "doctl compute droplet list",
            "cloud.read doctl compute droplet list",
        ),
        (
            "linode-cli lke cluster-delete 1",
            "infra.destroy linode-cli lke cluster-delete 1",
        ),
        (
            "aliyun ecs DescribeInstances",
            "cloud.read aliyun ecs DescribeInstances",
        ),
        (
            "tccli cvm TerminateInstances",
            "infra.destroy tccli cvm TerminateInstances",
        ),
        (
            "openstack server create web",
            "deploy openstack server create web",
        ),
        (
            "oci os object get -bn b --name o",
            "cloud.read oci os object get",
        ),
        ("govc vm.destroy web", "infra.destroy govc vm.destroy web"),
    ],
)];

"""The Helm chart: what it renders is what Kubernetes' published schemas allow, and what Podium needs."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from podium import __version__
from podium.app.up import ENDS
from podium.control.reconcile import find_files
from tests.ship.installed import ROOT
from tests.ship.kubernetes import CHART, VERSIONS, faults, helm, render

pytestmark = pytest.mark.ship

SETS = sorted((CHART / "ci").glob("*.yaml"))
CUSTOM = {"ServiceMonitor"}
"""Kinds of others than Kubernetes: their schemas are not published with it."""


def of_kind(documents: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [document for document in documents if document["kind"] == kind]


def stateful_set(values: str) -> dict[str, Any]:
    (found,) = of_kind(render(CHART / "ci" / f"{values}-values.yaml"), "StatefulSet")
    return found


@pytest.mark.parametrize("values", SETS, ids=lambda path: path.stem)
def test_helm_has_nothing_against_it(values: Path):
    """`helm lint --strict` passes with each set of values."""
    done = helm("lint", CHART, "--strict", "--values", values)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("values", SETS, ids=lambda path: path.stem)
def test_kubernetes_would_take_it(values: Path, version: str):
    """Every object fits the schema of its kind, strictly, in old and new versions of Kubernetes."""
    documents = render(values, version)
    assert len(documents) >= 5
    known = [document for document in documents if document["kind"] not in CUSTOM]
    found = {document["metadata"]["name"]: list(faults(document, version)) for document in known}
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize(
    ("breaks", "says"),
    [
        ({"replicas": "one"}, "$.spec.replicas"),
        ({"serviceNam": "x"}, "serviceNam"),
        ({"template": {"spec": {}}}, "'containers' is a required property"),
        ({"updateStrategy": {"type": 1}}, "$.spec.updateStrategy.type"),
    ],
)
def test_a_broken_object_fails(breaks: dict[str, Any], says: str):
    """The check sees a wrong type, an unknown field and a missing one."""
    document = stateful_set("minimal")
    document["spec"].update(breaks)
    assert any(says in fault for fault in faults(document, VERSIONS[-1]))


def test_an_object_that_nobody_knows_fails():
    """A kind that this Kubernetes does not have is a fault."""
    document = {"apiVersion": "policy/v1beta1", "kind": "PodDisruptionBudget", "metadata": {"name": "x"}}
    assert list(faults(document, VERSIONS[-1])) == ["policy/v1beta1 PodDisruptionBudget is not known"]


@pytest.mark.parametrize("values", ["minimal", "inline", "full"])
def test_the_pod_is_shut(values: str):
    """Not root, a read-only root, no capability, no token of the cluster, the kernel's default filter."""
    pod = stateful_set(values)["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    assert pod["securityContext"]["runAsNonRoot"]
    assert pod["securityContext"]["runAsUser"] == 65532
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod["automountServiceAccountToken"] is False
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    writable = {mount["mountPath"] for mount in container["volumeMounts"] if not mount.get("readOnly")}
    assert writable == {"/var/lib/podium", "/tmp"}


@pytest.mark.parametrize("values", ["minimal", "full"])
def test_the_pod_may_end_in_good_order(values: str):
    """Kubernetes waits longer than all steps of the end may take, and asks the gateway how it is."""
    stateful = stateful_set(values)
    assert stateful["spec"]["replicas"] == 1
    pod = stateful["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    (grace,) = [word for word in container["args"] if word.startswith("--grace=")]
    assert pod["terminationGracePeriodSeconds"] > len(ENDS) * (int(grace.removeprefix("--grace=")) + 10)
    paths = {
        name: container[f"{name}Probe"]["httpGet"]["path"] for name in ("startup", "liveness", "readiness")
    }
    assert paths == {"startup": "/livez", "liveness": "/livez", "readiness": "/readyz"}


def test_every_part_finds_the_pod():
    """Services, budget, policy and monitor select the labels that the pod carries, and ports that it has."""
    documents = render(CHART / "ci" / "full-values.yaml")
    (stateful,) = of_kind(documents, "StatefulSet")
    labels = stateful["spec"]["template"]["metadata"]["labels"].items()
    ports = {port["name"] for port in stateful["spec"]["template"]["spec"]["containers"][0]["ports"]}
    services = of_kind(documents, "Service")
    assert {service["metadata"]["name"] for service in services} == {
        "conductor-gateway",
        "conductor-admin",
        "conductor-tools",
        "conductor-collector",
        "conductor-pods",
    }
    # Who looks for the reason why calls are not admitted finds the console and the metrics.
    unready = {one["metadata"]["name"] for one in services if one["spec"].get("publishNotReadyAddresses")}
    assert unready == {"conductor-admin"}
    for service in services:
        assert service["spec"]["selector"].items() <= labels
        assert {port["targetPort"] for port in service["spec"]["ports"]} <= ports
    assert stateful["spec"]["serviceName"] == "conductor-pods"
    assert stateful["spec"]["selector"]["matchLabels"].items() <= labels
    (budget,) = of_kind(documents, "PodDisruptionBudget")
    assert budget["spec"]["selector"]["matchLabels"].items() <= labels
    (policy,) = of_kind(documents, "NetworkPolicy")
    assert policy["spec"]["podSelector"]["matchLabels"].items() <= labels
    let_in = {port["port"] for rule in policy["spec"]["ingress"] for port in rule["ports"]}
    assert let_in == ports == {"gateway", "admin", "tools", "collector"}
    (monitor,) = of_kind(documents, "ServiceMonitor")
    admin = next(one for one in services if one["metadata"]["name"] == "conductor-admin")
    assert monitor["spec"]["selector"]["matchLabels"].items() <= admin["metadata"]["labels"].items()
    assert monitor["spec"]["endpoints"][0]["port"] == admin["spec"]["ports"][0]["name"]


def test_secrets_stay_secrets():
    """Keys come from Secrets, as variables or as files, and stand in no object of the chart."""
    documents = render(CHART / "ci" / "full-values.yaml")
    assert not of_kind(documents, "Secret")
    (stateful,) = of_kind(documents, "StatefulSet")
    pod = stateful["spec"]["template"]["spec"]
    of_secret = {"name": "podium-database", "key": "url"}
    assert {"name": "PODIUM_DATABASE", "valueFrom": {"secretKeyRef": of_secret}} in pod["containers"][0][
        "env"
    ]
    assert pod["containers"][0]["envFrom"] == [{"secretRef": {"name": "provider-keys"}}]
    mounted = {mount["mountPath"]: mount for mount in pod["containers"][0]["volumeMounts"]}
    assert mounted["/etc/podium/secrets/openai"]["readOnly"]
    files = [volume["secret"] for volume in pod["volumes"] if "secret" in volume]
    assert {file["secretName"] for file in files} == {"openai", "azure"}
    assert all(file["defaultMode"] == 0o440 for file in files)


def test_manifests_arrive(tmp_path: Path):
    """What a ConfigMap mounts, with Kubernetes' links, is read by Podium once and whole."""
    (config,) = of_kind(render(CHART / "ci" / "inline-values.yaml"), "ConfigMap")
    values = yaml.safe_load((CHART / "ci" / "inline-values.yaml").read_text())
    assert config["data"] == values["manifests"]["inline"]
    stamped = tmp_path / "..2026_01_02_03_04_05.123456789"
    stamped.mkdir()
    (tmp_path / "..data").symlink_to(stamped.name)
    for name, text in config["data"].items():
        (stamped / name).write_text(text)
        (tmp_path / name).symlink_to(f"..data/{name}")
    paths, findings = find_files(tmp_path)
    assert findings == []
    assert [path.name for path in paths] == sorted(config["data"])


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ([], "without manifests Podium admits no call"),
        (["manifests.existingConfigMap=a", "manifests.inline.b\\.yaml=c"], "exclude each other"),
        (["manifests.existingConfigMap=a", "replicas=2"], "replicas"),
        (["manifests.existingConfigMap=a", "workers=0"], "workers"),
        (["manifests.existingConfigMap=a", "image.tagg=1"], "tagg"),
        (["manifests.existingConfigMap=a", "image.digest=latest"], "digest"),
        (["manifests.existingConfigMap=a", "durability=none"], "durability"),
        (["manifests.existingConfigMap=a", "persistence.accessModes={ReadWriteMany}"], "accessModes"),
    ],
)
def test_values_that_make_no_sense_are_refused(settings: list[str], says: str):
    """A value that does not exist or does not fit is told by its name."""
    done = helm("template", "demo", CHART, *(f"--set={setting}" for setting in settings))
    assert done.returncode != 0
    assert says in done.stderr


def test_every_value_has_its_schema():
    """values.yaml and values.schema.json have the same names, all the way down."""
    schema = json.loads((CHART / "values.schema.json").read_text())
    values = yaml.safe_load((CHART / "values.yaml").read_text())

    def compare(schema: dict[str, Any], value: Any, place: str) -> None:
        if schema.get("additionalProperties") is False:
            assert set(schema["properties"]) - {"global"} == set(value), place
            for name, inner in value.items():
                compare(schema["properties"][name], inner, f"{place}.{name}")

    compare(schema, values, "values")


def test_versions_agree():
    """The chart's appVersion is Podium's."""
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text())
    assert chart["appVersion"] == __version__
    assert f'version = "{__version__}"' in (ROOT / "pyproject.toml").read_text()

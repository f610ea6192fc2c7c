"""deploy/kubernetes: the example, as kubectl renders it, is what Kubernetes and the programs take."""

import base64
import json
import re
import subprocess
import tomllib
import unittest
from pathlib import Path

import jsonschema
import kubernetes_validate
import yaml
from programs import ROOT, host_variable, refusal, variables

EXAMPLE = ROOT / "deploy/kubernetes/example"
# The oldest that runs it, and the newest that the package knows.
VERSIONS = ["1.29", kubernetes_validate.latest_version()]
# Not among the schemas of Kubernetes.
FOREIGN = {"ServiceMonitor": json.loads((Path(__file__).parent / "service_monitor.schema.json").read_text())}
WRONG_IN_ENDPOINT = [("intervall", "30s"), ("interval", 30), ("interval", "30"), ("path", "metrics"), ("port", 8080)]
# Suspended in the base, for those who do not use them.
OPTIONAL = {"audience-pull", "audience-sync", "audience-sync-full"}


class Kubernetes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.resources = rendered(EXAMPLE)
        cls.pods = [pod for resource in cls.resources for pod in pods_of(resource)]

    def of_kind(self, kind: str) -> list[dict]:
        found = [resource for resource in self.resources if resource["kind"] == kind]
        self.assertTrue(found, kind)
        return found

    def test_every_resource_fits_its_schema(self):
        for resource in self.resources:
            for version in VERSIONS:
                with self.subTest(kind=resource["kind"], name=resource["metadata"]["name"], version=version):
                    if (schema := FOREIGN.get(resource["kind"])) is not None:
                        jsonschema.validate(resource, schema)
                    else:
                        kubernetes_validate.validate(resource, version, strict=True)

    def test_what_a_service_monitor_has_wrong_is_found(self):
        [monitor] = self.of_kind("ServiceMonitor")
        spec, [endpoint] = monitor["spec"], monitor["spec"]["endpoints"]
        for wrong in (
            {**monitor, "apiVersion": "monitoring.coreos.com/v1alpha1"},
            {**monitor, "metadata": {"namespace": "audience"}},
            {**monitor, "spec": {"selector": spec["selector"]}},
            {**monitor, "spec": {**spec, "endpoints": []}},
            {**monitor, "spec": {**spec, "selector": {"matchLabel": spec["selector"]["matchLabels"]}}},
            *({**monitor, "spec": {**spec, "endpoints": [{**endpoint, key: value}]}} for key, value in WRONG_IN_ENDPOINT),
        ):
            with self.subTest(wrong), self.assertRaises(jsonschema.ValidationError):
                jsonschema.validate(wrong, FOREIGN["ServiceMonitor"])

    def test_command_lines_are_those_of_the_programs(self):
        for pod in self.pods:
            [container] = pod["spec"]["containers"]
            with self.subTest(container["command"]):
                self.assertIsNone(refusal(container["command"]))

    def test_settings_are_read_by_a_program(self):
        [secret] = self.of_kind("Secret")
        self.assertEqual(secret["data"].keys() - variables(), set())

    def test_the_example_holds_no_secret(self):
        [secret] = self.of_kind("Secret")
        for value in secret["data"].values():
            text = base64.b64decode(value).decode()
            self.assertTrue(text == "" or ":PASSWORD@" in text, text)

    def test_the_image_of_the_example_is_of_this_version(self):
        version = re.search(r'^version = "(.*)"$', (ROOT / "Cargo.toml").read_text(), re.MULTILINE)[1]
        images = {container["image"] for pod in self.pods for container in pod["spec"]["containers"]}
        self.assertEqual({image.rpartition(":")[2] for image in images}, {version})

    def test_pods_and_settings_are_found(self):
        names = {(resource["kind"], resource["metadata"]["name"]) for resource in self.resources}
        for pod in self.pods:
            [container] = pod["spec"]["containers"]
            for source in container["envFrom"]:
                self.assertIn(("Secret", source["secretRef"]["name"]), names)
            for volume in pod["spec"].get("volumes", []):
                self.assertIn(("ConfigMap", volume["configMap"]["name"]), names)
        selectors = [service["spec"]["selector"] for service in self.of_kind("Service")]
        selectors += [budget["spec"]["selector"]["matchLabels"] for budget in self.of_kind("PodDisruptionBudget")]
        selectors += [policy["spec"]["podSelector"]["matchLabels"] for policy in self.of_kind("NetworkPolicy")]
        for selector in selectors:
            self.assertTrue(any(selector.items() <= pod["metadata"]["labels"].items() for pod in self.pods), selector)

    def test_prometheus_scrapes_the_port_of_the_service(self):
        [monitor], [service] = self.of_kind("ServiceMonitor"), self.of_kind("Service")
        self.assertLessEqual(monitor["spec"]["selector"]["matchLabels"].items(), service["metadata"]["labels"].items())
        ports = {port["name"] for port in service["spec"]["ports"]}
        self.assertLessEqual({endpoint["port"] for endpoint in monitor["spec"]["endpoints"]}, ports)

    def test_pods_have_no_rights(self):
        for pod in self.pods:
            [container] = pod["spec"]["containers"]
            self.assertTrue(pod["spec"]["securityContext"]["runAsNonRoot"])
            self.assertFalse(pod["spec"]["automountServiceAccountToken"])
            self.assertEqual(
                container["securityContext"],
                {
                    "allowPrivilegeEscalation": False,
                    "readOnlyRootFilesystem": True,
                    "capabilities": {"drop": ["ALL"]},
                },
            )

    def test_jobs_of_what_not_everyone_uses_are_suspended_in_the_base(self):
        suspended = {
            resource["metadata"]["name"]
            for resource in rendered(EXAMPLE.parent / "base")
            if resource["kind"] == "CronJob" and resource["spec"].get("suspend")
        }
        self.assertEqual(suspended, OPTIONAL)
        self.assertFalse(any(job["spec"].get("suspend") for job in self.of_kind("CronJob")))

    def test_schedules_are_those_of_the_units(self):
        jobs = {job["metadata"]["name"] for job in self.of_kind("CronJob")}
        timers = {timer.stem for timer in (ROOT / "deploy/systemd").glob("*.timer")}
        # Here, servers deliver.
        self.assertEqual(timers - jobs, {"audience-deliver"})
        self.assertEqual(jobs - timers, set())

    def test_old_servers_end_before_a_new_one_migrates(self):
        [server] = self.of_kind("Deployment")
        [container] = server["spec"]["template"]["spec"]["containers"]
        self.assertIn("--migrate", container["command"])
        self.assertEqual(server["spec"]["strategy"], {"type": "Recreate"})
        for job in self.of_kind("CronJob"):
            [container] = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"]
            self.assertNotIn("--migrate", container["command"])

    def test_the_pull_of_the_example_names_the_variable_of_the_host(self):
        self.assertEqual(tomllib.loads((EXAMPLE / "pull.toml").read_text())["url_variable"], host_variable())


def rendered(folder) -> list[dict]:
    ended = subprocess.run(["kubectl", "kustomize", folder], capture_output=True, text=True)
    # What is deprecated is said on standard error.
    assert (ended.returncode, ended.stderr) == (0, ""), ended.stderr
    return list(yaml.safe_load_all(ended.stdout))


def pods_of(resource: dict) -> list[dict]:
    match resource["kind"]:
        case "Deployment":
            return [resource["spec"]["template"]]
        case "CronJob":
            return [resource["spec"]["jobTemplate"]["spec"]["template"]]
    return []


if __name__ == "__main__":
    unittest.main()

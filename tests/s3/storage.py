"""A storage of S3's protocol for tests, which checks every signature: moto, whose check is botocore's own signing.

Makes a bucket and a key for it, prints address, key id and secret on one line, and ends with its standard input.
"""

import os
import sys

# Requests that are let in unsigned: those below, which make the key.
os.environ["INITIAL_NO_AUTH_ACTION_COUNT"] = "4"

import boto3  # noqa: E402
from moto.server import ThreadedMotoServer  # noqa: E402

POLICY = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}'


def main() -> None:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    nobody = {"aws_access_key_id": "x", "aws_secret_access_key": "y", "region_name": "us-east-1"}
    iam = boto3.client("iam", endpoint_url=address, **nobody)
    iam.create_user(UserName="box")
    iam.put_user_policy(UserName="box", PolicyName="all", PolicyDocument=POLICY)
    boto3.client("s3", endpoint_url=address, **nobody).create_bucket(Bucket="boxes")
    key = iam.create_access_key(UserName="box")["AccessKey"]
    print(address, key["AccessKeyId"], key["SecretAccessKey"], flush=True)
    sys.stdin.read()
    server.stop()


if __name__ == "__main__":
    main()
